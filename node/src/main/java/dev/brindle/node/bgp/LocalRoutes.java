// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import java.util.List;
import java.util.Set;

/// What bird's kernel routes depend on besides what peers say.
///
/// @param blackholes own blocks in pools whose routes bird writes: what no pod has is dropped at
/// home
/// @param notOurs pools whose routes felix writes
record LocalRoutes(Set<Cidr> blackholes, List<Cidr> notOurs) {

  static final LocalRoutes NONE = new LocalRoutes(Set.of(), List.of());

  LocalRoutes {
    blackholes = Set.copyOf(blackholes);
    notOurs = List.copyOf(notOurs);
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
