// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.route;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The routes bird should have in the kernel: to what peers announced, and a blackhole for each
/// block at home, so that packets to addresses of it that nobody has end here.
///
/// @param routes at most one for each destination
/// @param unreachable prefixes whose next hops the node has no way to
public record BirdRoutes(List<Route> routes, Set<Cidr> unreachable) {

  public BirdRoutes {
    routes = List.copyOf(routes);
    unreachable = Set.copyOf(unreachable);
  }

  /// @param learned the best routes, one for each prefix
  /// @param ownBlocks of this node
  /// @param isBirds whether bird, not felix, writes the route of a prefix
  public static BirdRoutes of(
      Collection<RouteUpdate.Reachable> learned,
      Collection<Cidr> ownBlocks,
      Predicate<Cidr> isBirds,
      NextHops nextHops) {
    Map<Cidr, Route> routes = new LinkedHashMap<>();
    ownBlocks.stream()
        .filter(isBirds)
        .forEach(block -> routes.put(block, Route.blackhole(block, RouteOwner.BIRD)));
    Set<Cidr> unreachable = new HashSet<>();
    for (RouteUpdate.Reachable reachable : learned) {
      Cidr prefix = reachable.prefix();
      if (isBirds.test(prefix) && !ownBlocks.contains(prefix)) {
        route(reachable, nextHops)
            .ifPresentOrElse(route -> routes.put(prefix, route), () -> unreachable.add(prefix));
      }
    }
    return new BirdRoutes(List.copyOf(routes.values()), unreachable);
  }

  private static Optional<Route> route(RouteUpdate.Reachable reachable, NextHops nextHops) {
    List<Route.Hop> hops =
        new ArrayList<>(
            reachable.gateways().stream()
                .flatMap(gateway -> nextHops.towards(gateway).stream())
                .distinct()
                .toList());
    return hops.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Route(
                reachable.prefix(),
                RouteOwner.BIRD,
                Route.Type.UNICAST,
                Route.Scope.UNIVERSE,
                Route.MAIN_TABLE,
                0,
                Optional.empty(),
                hops));
  }
}
