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

  /// What becomes of the connection on which an OPEN has come while there is another one.
  public enum Verdict {
    /// The other one goes.
    LIVES,
    GOES,
    /// Both stay until more is known.
    WAITS
  }

  /// The side whose calls lose waits for an OPEN on the call it took: the caller may have given
  /// that one up, because ours was there first, and closing ours would leave none.
  ///
  /// @param isDialled whether we opened this one
  /// @param otherHasOpen whether an OPEN has come on the other one too
  public static Verdict judge(
      boolean isDialled, boolean isOtherDialled, boolean otherHasOpen, boolean oursLives) {
    if (isDialled == isOtherDialled || isDialled == oursLives) {
      return Verdict.LIVES; // of two from the same side the newer one
    }
    return oursLives || otherHasOpen ? Verdict.GOES : Verdict.WAITS;
  }
}
