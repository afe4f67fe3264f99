// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import static java.util.Comparator.comparing;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteChange.Put;
import dev.brindle.linux.model.RouteChange.Remove;
import dev.brindle.linux.model.RouteOwner;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Turns "what should be" and "what is" into the fewest changes that lead from one to the other.
public final class RoutePlan {

  private RoutePlan() {}

  /// What the kernel replaces: one place holds one route.
  private record Place(Cidr destination, int table, int metric) {

    static Place of(Route route) {
      Route installed = route.installed();
      return new Place(installed.destination(), installed.table(), installed.metric());
    }
  }

  /// Puts come before removals, so a destination that stays reachable is never without a route.
  ///
  /// @param desired at most one route for each destination, table and metric, all of `owner`
  /// @param actual all routes of the tables; routes of other owners stay, and keep their places
  public static List<RouteChange> between(
      Collection<Route> desired, Collection<Route> actual, RouteOwner owner) {
    Set<Route> present = actual.stream().map(Route::installed).collect(Collectors.toSet());
    Set<Place> wanted = places(desired, _ -> true);
    Set<Place> taken = places(actual, route -> !route.owner().equals(owner));

    Stream<RouteChange> puts =
        inOrder(desired)
            .filter(route -> !present.contains(route.installed()))
            .filter(route -> !taken.contains(Place.of(route)))
            .map(Put::new);
    Stream<RouteChange> removals =
        inOrder(actual)
            .filter(route -> route.owner().equals(owner) && !wanted.contains(Place.of(route)))
            .map(Remove::new);
    return Stream.concat(puts, removals).toList();
  }

  private static Set<Place> places(Collection<Route> routes, Predicate<Route> which) {
    return routes.stream().filter(which).map(Place::of).collect(Collectors.toSet());
  }

  private static Stream<Route> inOrder(Collection<Route> routes) {
    return routes.stream().sorted(comparing(Route::destination).thenComparingInt(Route::metric));
  }
}
