// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says through which interface a BGP next hop is reached: by the longest of the node's other
/// routes that covers it (RFC 4271 §5.1.3, recursive next hops).
final class NextHops {

  private final ForeignRoutes routes;
  private Map<IpAddress, IpAddress> reachableBy = Map.of();

  /// @param routes those of bird are not among them: a BGP route never leads to a next hop
  NextHops(ForeignRoutes routes) {
    this.routes = routes;
  }

  /// These are reached by way of those, whatever the routes say.
  void reach(Map<IpAddress, IpAddress> changed) {
    reachableBy = Map.copyOf(changed);
  }

  private static boolean isUseful(Route route) {
    return route.table() == Route.MAIN_TABLE && route.type() == Route.Type.UNICAST;
  }

  /// Whether a route there may change where packets for the next hop go.
  boolean dependsOn(Cidr destination, IpAddress nextHop) {
    return destination.contains(reachableBy.getOrDefault(nextHop, nextHop));
  }

  /// Where packets for the gateway go; empty if nothing leads there.
  Optional<Hop> to(IpAddress nextHop) {
    IpAddress gateway = reachableBy.getOrDefault(nextHop, nextHop);
    for (int length = gateway.family().bits(); length >= 0; length--) {
      Optional<Route> route = routes.best(new Cidr(gateway, length), NextHops::isUseful);
      if (route.isPresent()) {
        Hop hop = route.get().hops().getFirst();
        return Optional.of(
            hop.gateway().isPresent()
                ? hop
                : new Hop(Optional.of(gateway), hop.device(), hop.onlink()));
      }
    }
    return Optional.empty();
  }

  /// Those that lead somewhere, in order, without repeats.
  List<Hop> to(List<IpAddress> gateways) {
    return gateways.stream().flatMap(gateway -> to(gateway).stream()).distinct().toList();
  }
}
