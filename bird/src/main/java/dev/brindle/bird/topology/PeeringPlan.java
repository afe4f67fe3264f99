// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.IpAddress;
import java.util.Set;

/// Where pods call the node that they peer with.
///
/// @param addresses that the host's side of each such pod has to have
/// @param peers interfaces of those pods
/// @param all interfaces of all pods of the node
public record PeeringPlan(Set<IpAddress> addresses, Set<String> peers, Set<String> all) {

  public static final PeeringPlan NONE = new PeeringPlan(Set.of(), Set.of(), Set.of());

  public PeeringPlan {
    addresses = Set.copyOf(addresses);
    peers = Set.copyOf(peers);
    all = Set.copyOf(all);
  }

  /// What an interface has to have of these addresses.
  public Set<IpAddress> of(String name) {
    return peers.contains(name) ? addresses : Set.of();
  }
}
