// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import java.util.Set;

/// For which families prefixes carry a path identifier (RFC 7911 §3): four octets before each
/// prefix, announced or withdrawn. Each direction is agreed on by itself.
///
/// @param received what the peer tells us has them
/// @param sent what we tell the peer has them
public record AddPathTerms(Set<Family> received, Set<Family> sent) {

  /// No family, in no direction.
  public static final AddPathTerms NONE = new AddPathTerms(Set.of(), Set.of());

  public AddPathTerms {
    received = Set.copyOf(received);
    sent = Set.copyOf(sent);
  }

  public boolean isReceived(Family family) {
    return received.contains(family);
  }

  public boolean isSent(Family family) {
    return sent.contains(family);
  }
}
