// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
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
import java.util.stream.Collectors;

/// The routes that are not ours: they stay, lead to next hops, and keep their places.
final class ForeignRoutes {

  private final Map<Cidr, List<Route>> routes = new HashMap<>();

  /// Destinations of IPv4 routes with a hop there.
  private final Map<String, Set<Cidr>> ipv4On = new HashMap<>();

  /// All there ever were since the last `clear`.
  private final Set<RouteOwner> owners = new HashSet<>();

  void clear() {
    routes.clear();
    ipv4On.clear();
    owners.clear();
  }

  /// @param replaces what has the same destination, table and metric goes
  void add(Route route, boolean replaces) {
    owners.add(route.owner());
    removeIf(
        route.destination(),
        it ->
            it.table() == route.table()
                && it.metric() == route.metric()
                && (replaces || isSameOwnersIpv6(it, route) || it.equals(route)));
    routes.computeIfAbsent(route.destination(), _ -> new ArrayList<>(1)).add(route);
    for (String device : ipv4Devices(route)) {
      ipv4On.computeIfAbsent(device, _ -> new HashSet<>()).add(route.destination());
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
    if (here == null) {
      return;
    }
    List<Route> gone = here.stream().filter(which).toList();
    here.removeAll(gone);
    if (here.isEmpty()) {
      routes.remove(destination);
    }
    for (Route route : gone) {
      ipv4Devices(route).stream()
          .filter(device -> here.stream().noneMatch(left -> isOn(left, device)))
          .forEach(device -> leave(device, destination));
    }
  }

  private void leave(String device, Cidr destination) {
    Set<Cidr> there = ipv4On.get(device);
    if (there != null && there.remove(destination) && there.isEmpty()) {
      ipv4On.remove(device);
    }
  }

  private static Set<String> ipv4Devices(Route route) {
    return route.destination().address().isIpv6()
        ? Set.of()
        : route.hops().stream().map(Hop::device).collect(Collectors.toSet());
  }

  private static boolean isOn(Route route, String device) {
    return route.hops().stream().anyMatch(hop -> hop.device().equals(device));
  }

  /// The IPv4 routes with a hop on the device.
  List<Route> ipv4On(String device) {
    return ipv4On.getOrDefault(device, Set.of()).stream()
        .flatMap(destination -> routes.getOrDefault(destination, List.of()).stream())
        .filter(route -> isOn(route, device))
        .toList();
  }

  /// Where there are IPv4 routes with a preferred source, which go with that address.
  Set<String> ipv4DevicesWithSource() {
    return routes.values().stream()
        .flatMap(List::stream)
        .filter(route -> route.source().isPresent())
        .flatMap(route -> ipv4Devices(route).stream())
        .collect(Collectors.toSet());
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

  /// The interface of the first hop of each of the best routes.
  Map<Cidr, String> interfaces(Predicate<Route> which) {
    Map<Cidr, String> found = new HashMap<>();
    for (Cidr destination : routes.keySet()) {
      best(destination, route -> which.test(route) && !route.hops().isEmpty())
          .ifPresent(route -> found.put(destination, route.hops().getFirst().device()));
    }
    return found;
  }

  List<Route> all() {
    return routes.values().stream().flatMap(List::stream).toList();
  }

  /// The one with the smallest metric.
  Optional<Route> best(Cidr destination, Predicate<Route> which) {
    List<Route> here = routes.get(destination);
    return here == null
        ? Optional.empty()
        : here.stream().filter(which).min(Comparator.comparingInt(Route::metric));
  }
}
