// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PeerKind;

/// Where a path came from.
///
/// @param name of the peer in the configuration; empty for ourselves
/// @param address of the peer; ours for ourselves
/// @param identifier of the peer
/// @param client it is a client of ours as a route reflector
public record Source(
    Kind kind, String name, IpAddress address, IpAddress identifier, boolean client) {

  /// Us, or a peer of some kind.
  public enum Kind {
    LOCAL(0),
    EXTERNAL(1),
    INTERNAL(2),
    /// In another member AS of our confederation: told on like an external one, chosen like an
    /// internal one (RFC 5065 §5.3).
    CONFEDERATION(2);

    private final int rank;

    Kind(int rank) {
      this.rank = rank;
    }

    /// In the decision, best first.
    public int rank() {
      return rank;
    }

    public static Kind of(PeerKind kind) {
      return switch (kind) {
        case EXTERNAL -> EXTERNAL;
        case INTERNAL -> INTERNAL;
        case CONFEDERATION -> CONFEDERATION;
      };
    }
  }

  public static Source local(IpAddress identifier) {
    return new Source(Kind.LOCAL, "", identifier, identifier, false);
  }

  public boolean isLocal() {
    return kind == Kind.LOCAL;
  }
}
