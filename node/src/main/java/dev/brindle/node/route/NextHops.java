// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.route;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Finds how to get to an address that a BGP peer names as next hop (RFC 4271 §5.1.3): by the best
/// route of the kernel that bird itself did not write, so that a route never leads through itself.
public final class NextHops {

  private static final Comparator<Route> BEST =
      Comparator.comparingInt((Route route) -> -route.destination().length())
          .thenComparingInt(Route::metric);

  private final List<Route> table;

  /// @param table all routes of the main table, of all owners
  public NextHops(List<Route> table) {
    this.table =
        table.stream()
            .filter(route -> !route.owner().equals(RouteOwner.BIRD))
            .filter(route -> route.type() == Route.Type.UNICAST)
            .sorted(BEST)
            .toList();
  }

  /// The gateway itself if it is on a link, else the router that leads to it; empty if the node has
  /// no way there.
  public Optional<Route.Hop> towards(IpAddress gateway) {
    return table.stream()
        .filter(route -> route.destination().contains(gateway))
        .findFirst()
        .map(route -> route.hops().getFirst())
        .map(
            hop ->
                new Route.Hop(
                    hop.gateway().or(() -> Optional.of(gateway)), hop.device(), hop.onlink()));
  }
}
