// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Addresses anyone of which may become a peer, by calling us.
///
/// @param limit how many of them at once
/// @param template what such a peer is, but for name and address; passive
public record PeerRange(Cidr range, int limit, PeerConfig template) {

  public static final int MOST = 20_000;

  /// @throws IllegalArgumentException if the limit is out of its range, or we would have to call
  public PeerRange {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit %d is not in 1..%d".formatted(limit, MOST));
    }
    if (!template.passive()) {
      throw new IllegalArgumentException("nobody can call all of " + range);
    }
  }

  /// The innermost that holds the address.
  public static Optional<PeerRange> of(Collection<PeerRange> ranges, IpAddress caller) {
    return ranges.stream()
        .filter(it -> it.range().contains(caller))
        .max(Comparator.comparingInt(it -> it.range().length()));
  }

  public String name() {
    return template.name();
  }

  /// The peer that has called.
  public PeerConfig peer(IpAddress caller) {
    String name = "Peer_" + caller.toString().replace('.', '_').replace(':', '_');
    return template.at(name, caller);
  }
}
