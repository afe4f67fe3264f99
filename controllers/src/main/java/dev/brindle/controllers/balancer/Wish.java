// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Which addresses a service asks for.
sealed interface Wish {

  /// Nobody can tell.
  ///
  /// @param why for people
  record Unclear(String why) implements Wish {}

  /// @param families one address of each, in the service's order
  /// @param named of a family: this address and no other
  /// @param pools of a family: any address of these, whatever their mode; absent for any pool that
  ///     gives addresses without being asked for
  record Clear(
      List<IpFamily> families, Map<IpFamily, IpAddress> named, Map<IpFamily, List<Cidr>> pools)
      implements Wish {

    public Clear {
      families = List.copyOf(families);
      named = Map.copyOf(named);
      pools = Map.copyOf(pools);
    }

    /// Whether an address that the service has is one that it would get. One whose pool is gone
    /// fits who does not ask for another.
    ///
    /// @param all pools for services
    boolean isFulfilledBy(IpAddress address, Collection<IpPool> all) {
      IpFamily family = address.family();
      if (!families.contains(family)) {
        return false;
      }
      if (named.containsKey(family)) {
        return address.equals(named.get(family));
      }
      if (pools.containsKey(family)) {
        return pools.get(family).stream().anyMatch(pool -> pool.contains(address));
      }
      return all.stream()
          .filter(pool -> pool.spec().cidr().contains(address))
          .noneMatch(pool -> pool.spec().assignmentMode() == IpPool.AssignmentMode.MANUAL);
    }
  }
}
