// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.IpAddress;

/// Where a path came from.
///
/// @param name of the peer in the configuration; empty for ourselves
/// @param address of the peer; ours for ourselves
/// @param identifier of the peer
/// @param client it is a client of ours as a route reflector
public record Source(
    Kind kind, String name, IpAddress address, IpAddress identifier, boolean client) {

  /// Us, or a peer of either kind.
  public enum Kind {
    LOCAL,
    EXTERNAL,
    INTERNAL
  }

  public static Source local(IpAddress identifier) {
    return new Source(Kind.LOCAL, "", identifier, identifier, false);
  }

  public boolean isLocal() {
    return kind == Kind.LOCAL;
  }
}
