// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.model.Route;
import dev.brindle.node.bgp.GatewaySets.GatewaySet;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that is known: what is wanted of each prefix, what the kernel has of ours and of others.
/// Answers what follows for one prefix.
final class Fib {

  final FibSettings settings;
  final ForeignRoutes foreign = new ForeignRoutes();
  final Ways ways = new Ways();
  final GatewaySets gateways = new GatewaySets(new NextHops(foreign), ways);

  /// Of ours, but of another metric.
  final Set<Route> strays = new HashSet<>();

  LocalRoutes local = LocalRoutes.NONE;

  /// Peers have told all they had: what an earlier process left may go.
  boolean hasConverged;

  /// Whether it is known what the kernel has.
  boolean isRead;

  /// Something happened that may have cost routes of ours without a word.
  boolean wantsPatrol;

  private final Map<IpFamily, FibTable> tables = new EnumMap<>(IpFamily.class);

  /// @param seed that nobody who chooses prefixes knows
  Fib(FibSettings settings, long seed) {
    this.settings = settings;
    for (IpFamily family : IpFamily.values()) {
      tables.put(family, new FibTable(family, seed));
    }
  }

  FibTable table(IpFamily family) {
    FibTable table = tables.get(family);
    if (table == null) {
      throw new IllegalStateException("no table for " + family);
    }
    return table;
  }

  Collection<FibTable> tables() {
    return tables.values();
  }

  boolean isBirds(FibTable table, int id, Cidr prefix) {
    return local.blackholes().contains(prefix)
        || local.gateway(prefix).isPresent()
        || (table.wanted(id) != null && !local.leavesToFelix(prefix));
  }

  /// What should be done with packets to a prefix that is bird's; null if nothing leads there.
  @Nullable Way desired(FibTable table, int id, Cidr prefix) {
    if (local.blackholes().contains(prefix)) {
      return Way.BLACKHOLE;
    }
    if (local.gateway(prefix).isPresent()) {
      return gateways.wayTo(prefix.address());
    }
    GatewaySet set = table.wanted(id);
    return set == null ? null : set.way();
  }

  /// Somebody else's route in the place of ours, or before it.
  Optional<Route> inTheWay(Cidr prefix) {
    return foreign.best(
        prefix, route -> route.table() == settings.table() && route.metric() <= settings.metric());
  }

  /// Some route of others to the destination changed: what leads there may have another way now.
  void doubt(Cidr destination) {
    gateways.doubt(destination);
    local
        .reachableBy()
        .forEach(
            (peer, gateway) -> {
              if (destination.contains(gateway)) {
                enqueue(Cidr.host(peer));
              }
            });
  }

  void enqueue(Cidr prefix) {
    FibTable table = table(prefix.family());
    table.enqueue(table.add(prefix));
  }

  /// Whether the kernel can have only one of it and ours.
  boolean isInOurPlace(Route route) {
    return route.table() == settings.table() && route.metric() == settings.metric();
  }

  boolean mayGo(FibTable table, int id) {
    return hasConverged || table.has(id, FibTable.SPOKEN);
  }
}
