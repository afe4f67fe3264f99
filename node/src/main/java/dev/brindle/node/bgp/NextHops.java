// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import dev.brindle.linux.model.RouteOwner;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says through which interface a BGP next hop is reached: by the longest of the node's other
/// routes
/// that covers it (RFC 4271 §5.1.3, recursive next hops). A value.
final class NextHops {

  private final Map<Cidr, Route> routes = new HashMap<>();

  private NextHops() {}

  /// @param all the main table; routes of bird do not count, a BGP route never leads to a next hop
  static NextHops over(Collection<Route> all) {
    NextHops hops = new NextHops();
    for (Route route : all) {
      if (!route.owner().equals(RouteOwner.BIRD) && route.type() == Route.Type.UNICAST) {
        hops.routes.merge(route.destination(), route, NextHops::preferred);
      }
    }
    return hops;
  }

  private static Route preferred(Route one, Route other) {
    return other.metric() < one.metric() ? other : one;
  }

  /// Where packets for the gateway go; empty if nothing leads there.
  Optional<Hop> to(IpAddress gateway) {
    for (int length = gateway.family().bits(); length >= 0; length--) {
      Route route = routes.get(new Cidr(gateway, length));
      if (route != null) {
        Hop hop = route.hops().getFirst();
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
