// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.bird.speaker.RouteUpdate.Reachable;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Works out bird's routes in the kernel: from what the speaker says, from what is the node's own,
/// and
/// from what the main table holds. Keeps tables, does nothing.
///
/// Until the speaker has converged, routes that an earlier process left stay unless the speaker
/// itself
/// took them back. A destination that somebody else has a route for is left alone.
final class KernelPlan {

  /// Calico's normal route priority, of both families.
  static final int METRIC = 1024;

  private final Map<Cidr, Reachable> wanted = new HashMap<>();
  private final Set<Cidr> spokenOf = new HashSet<>();
  private final Map<Cidr, Route> installed = new HashMap<>();
  private final Set<Cidr> taken = new HashSet<>();
  private LocalRoutes local = LocalRoutes.NONE;
  private NextHops hops = NextHops.over(List.of());
  private boolean hasConverged;

  /// The main table was read anew.
  void read(Collection<Route> table) {
    hops = NextHops.over(table);
    installed.clear();
    taken.clear();
    for (Route route : table) {
      if (route.owner().equals(RouteOwner.BIRD)) {
        installed.put(route.destination(), route);
      } else if (route.metric() <= METRIC) {
        taken.add(route.destination());
      }
    }
  }

  void told(Collection<RouteUpdate> updates) {
    for (RouteUpdate update : updates) {
      spokenOf.add(update.prefix());
      switch (update) {
        case Reachable reachable -> wanted.put(reachable.prefix(), reachable);
        case RouteUpdate.Gone gone -> wanted.remove(gone.prefix());
      }
    }
  }

  void local(LocalRoutes changed) {
    local = changed;
  }

  void converged() {
    hasConverged = true;
    spokenOf.clear();
  }

  /// The changes that a full look at everything asks for: puts first.
  List<RouteChange> all() {
    Set<Cidr> prefixes = new HashSet<>(wanted.keySet());
    prefixes.addAll(local.blackholes());
    prefixes.addAll(installed.keySet());
    return of(prefixes);
  }

  /// The changes for some prefixes: puts first, so that what stays reachable always is.
  List<RouteChange> of(Collection<Cidr> prefixes) {
    List<RouteChange> puts = new ArrayList<>();
    List<RouteChange> removals = new ArrayList<>();
    for (Cidr prefix : prefixes) {
      Optional<Route> desired = taken.contains(prefix) ? Optional.empty() : desired(prefix);
      Route present = installed.get(prefix);
      if (desired.isPresent()) {
        if (!desired.get().equals(present)) {
          puts.add(new RouteChange.Put(desired.get()));
        }
      } else if (present != null && mayGo(prefix)) {
        removals.add(new RouteChange.Remove(present));
      }
    }
    puts.addAll(removals);
    return puts;
  }

  private boolean mayGo(Cidr prefix) {
    return hasConverged || spokenOf.contains(prefix);
  }

  private Optional<Route> desired(Cidr prefix) {
    if (local.blackholes().contains(prefix)) {
      return Optional.of(Route.blackhole(prefix, RouteOwner.BIRD).withMetric(METRIC));
    }
    Reachable reachable = wanted.get(prefix);
    if (reachable == null || local.leavesToFelix(prefix)) {
      return Optional.empty();
    }
    List<Route.Hop> through = hops.to(reachable.gateways());
    if (through.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Route(
            prefix,
            RouteOwner.BIRD,
            Route.Type.UNICAST,
            Route.Scope.UNIVERSE,
            Route.MAIN_TABLE,
            METRIC,
            Optional.empty(),
            through));
  }

  /// The kernel has taken a change.
  void done(RouteChange change) {
    switch (change) {
      case RouteChange.Put put -> installed.put(put.route().destination(), put.route());
      case RouteChange.Remove remove -> installed.remove(remove.route().destination());
    }
  }

  /// Prefixes that are reachable by BGP but have no way in the kernel, because no route leads to a
  /// next hop or someone else has the destination.
  List<Cidr> unplaced() {
    return wanted.keySet().stream()
        .filter(prefix -> !local.leavesToFelix(prefix) && !installed.containsKey(prefix))
        .sorted()
        .toList();
  }

  int size() {
    return installed.size();
  }
}
