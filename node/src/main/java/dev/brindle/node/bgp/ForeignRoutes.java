// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The routes that are not ours: they stay, lead to next hops, and keep their places.
final class ForeignRoutes {

  private final Map<Cidr, List<Route>> routes = new HashMap<>();

  /// All there ever were since the last `clear`.
  private final Set<RouteOwner> owners = new HashSet<>();

  void clear() {
    routes.clear();
    owners.clear();
  }

  /// @param replaces what has the same destination, table and metric goes
  void add(Route route, boolean replaces) {
    owners.add(route.owner());
    List<Route> here = routes.computeIfAbsent(route.destination(), _ -> new ArrayList<>(1));
    here.removeIf(
        it ->
            it.table() == route.table()
                && it.metric() == route.metric()
                && (replaces || isSameOwnersIpv6(it, route)));
    if (!here.contains(route)) {
      here.add(route);
    }
  }

  /// The kernel tells all hops of an IPv6 route when one is added.
  private static boolean isSameOwnersIpv6(Route one, Route other) {
    return one.destination().address().isIpv6() && one.owner().equals(other.owner());
  }

  void remove(Route route) {
    removeIf(
        route.destination(),
        it ->
            it.table() == route.table()
                && it.metric() == route.metric()
                && it.owner().equals(route.owner()));
  }

  private void removeIf(Cidr destination, Predicate<Route> which) {
    List<Route> here = routes.get(destination);
    if (here != null && here.removeIf(which) && here.isEmpty()) {
      routes.remove(destination);
    }
  }

  /// @return what went
  List<Route> removeAll(Predicate<Route> which) {
    List<Route> gone = routes.values().stream().flatMap(List::stream).filter(which).toList();
    gone.forEach(route -> removeIf(route.destination(), route::equals));
    return gone;
  }

  Set<RouteOwner> owners() {
    return Set.copyOf(owners);
  }

  /// The one with the smallest metric.
  Optional<Route> best(Cidr destination, Predicate<Route> which) {
    return routes.getOrDefault(destination, List.of()).stream()
        .filter(which)
        .min(Comparator.comparingInt(Route::metric));
  }
}
