// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What bird's kernel routes depend on besides what peers say.
///
/// @param blackholes own blocks in pools whose routes bird writes: what no pod has is dropped at
/// home
/// @param notOurs pools whose routes felix writes
/// @param reachableBy addresses of peers that are reached by way of gateways
record LocalRoutes(
    Set<Cidr> blackholes, List<Cidr> notOurs, Map<IpAddress, IpAddress> reachableBy) {

  static final LocalRoutes NONE = new LocalRoutes(Set.of(), List.of(), Map.of());

  LocalRoutes {
    blackholes = Set.copyOf(blackholes);
    reachableBy = Map.copyOf(reachableBy);
    notOurs = List.copyOf(notOurs);
  }

  /// All that bird has routes for whatever peers say.
  Set<Cidr> destinations() {
    Set<Cidr> all = new HashSet<>(blackholes);
    reachableBy.keySet().forEach(peer -> all.add(Cidr.host(peer)));
    return all;
  }

  /// By which gateway, if it is an address that is reached by one.
  Optional<IpAddress> gateway(Cidr prefix) {
    return prefix.isHost()
        ? Optional.ofNullable(reachableBy.get(prefix.address()))
        : Optional.empty();
  }

  boolean leavesToFelix(Cidr prefix) {
    for (Cidr pool : notOurs) { // asked for each route: no garbage
      if (pool.contains(prefix)) {
        return true;
      }
    }
    return false;
  }
}
