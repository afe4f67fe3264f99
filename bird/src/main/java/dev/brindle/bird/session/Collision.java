// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;

/// Two connections between the same two speakers: which one lives (RFC 4271 §6.8, RFC 6286 §2.3).
public final class Collision {

  private Collision() {}

  /// The one that was opened by the speaker with the greater identifier, or the greater AS number
  /// if they are equal. Both sides come to the same answer.
  public static boolean oursLives(
      IpAddress ourId, AsNumber ourAs, IpAddress theirId, AsNumber theirAs) {
    int byId = ourId.compareTo(theirId);
    return byId != 0 ? byId > 0 : ourAs.compareTo(theirAs) > 0;
  }
}
