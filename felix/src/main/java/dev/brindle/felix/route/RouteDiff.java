// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The fewest changes from the routes there are to those that should be.
///
/// @param puts in order of destination
/// @param removals in order of destination
/// @param taken desired routes whose place a route of someone else has, which stays
public record RouteDiff(List<RouteChange> puts, List<RouteChange> removals, List<Route> taken) {

  public RouteDiff {
    puts = List.copyOf(puts);
    removals = List.copyOf(removals);
    taken = List.copyOf(taken);
  }

  /// @param isOurs which of the present routes may be replaced or removed
  public static RouteDiff between(
      Collection<Route> desired, Collection<Route> actual, Predicate<Route> isOurs) {
    Set<Route> present = new HashSet<>();
    Set<Place> foreign = new HashSet<>();
    List<Route> ours = new ArrayList<>();
    for (Route route : actual) {
      Route installed = route.installed();
      present.add(installed);
      if (isOurs.test(route)) {
        ours.add(route);
      } else {
        foreign.add(Place.of(installed));
      }
    }
    Set<Place> wanted = new HashSet<>();
    List<Route> missing = new ArrayList<>();
    for (Route route : desired) {
      Route installed = route.installed();
      wanted.add(Place.of(installed));
      if (!present.contains(installed)) {
        missing.add(route);
      }
    }
    List<RouteChange> puts = new ArrayList<>();
    List<Route> taken = new ArrayList<>();
    for (Route route : inOrder(missing)) {
      if (foreign.contains(Place.of(route.installed()))) {
        taken.add(route);
      } else {
        puts.add(new RouteChange.Put(route));
      }
    }
    ours.removeIf(route -> wanted.contains(Place.of(route.installed())));
    List<RouteChange> removals =
        inOrder(ours).stream().<RouteChange>map(RouteChange.Remove::new).toList();
    return new RouteDiff(puts, removals, taken);
  }

  public boolean isEmpty() {
    return puts.isEmpty() && removals.isEmpty();
  }

  private static List<Route> inOrder(Collection<Route> routes) {
    return routes.stream().sorted(Comparator.comparing(Route::destination)).toList();
  }

  /// The device of a route with one hop.
  public static Optional<String> device(Route route) {
    List<Route.Hop> hops = route.hops();
    return hops.isEmpty() ? Optional.empty() : Optional.of(hops.getFirst().device());
  }

  /// What two routes cannot share.
  private record Place(Cidr destination, int table, int metric) {

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Place that
          && table == that.table
          && metric == that.metric
          && destination.equals(that.destination);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * destination.hashCode() + table) + metric;
    }

    static Place of(Route route) {
      return new Place(route.destination(), route.table(), route.metric());
    }
  }
}
