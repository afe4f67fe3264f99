// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.endpoint.EndpointPlan;
import dev.brindle.felix.route.ClusterRoutes;
import dev.brindle.felix.route.RouteDiff;
import dev.brindle.felix.route.TunnelPlan;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.kernel.Conntrack;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.model.RouteSelection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Routes to the pods of this node and to other nodes.
///
/// An address that leaves a pod loses its route, then its connections are forgotten, and only then
/// may it be routed to another pod: a new owner never inherits the old one's connections.
final class RouteStep {

  private static final int WHOLE_EVERY = 20;

  /// The kernel, boot, static, router advertisements, DHCP and felix (rtnetlink(7)).
  private static final Set<RouteOwner> USUAL =
      Set.of(
          RouteOwner.KERNEL,
          RouteOwner.BOOT,
          new RouteOwner(4),
          new RouteOwner(9),
          new RouteOwner(16),
          RouteOwner.FELIX);

  private final RouteTable routes;
  private final Conntrack conntrack;
  private final Set<IpAddress> toForget = new LinkedHashSet<>();
  private final Set<String> failedDevices = new HashSet<>();

  /// Interfaces that are there and have, or had, an endpoint: nobody is ahead of us on them.
  private final Set<String> used = new HashSet<>();

  private Map<IpAddress, String> localBefore = Map.of();
  /// Interfaces whose routes must be read again.
  private final Set<String> doubted = new HashSet<>();

  /// Those that wrote a route that concerns us, and those that usually do.
  private final Set<RouteOwner> owners = new HashSet<>(USUAL);

  private int reads;
  private boolean isAllKnown;
  private List<Route> known = List.of();

  RouteStep(RouteTable routes, Conntrack conntrack) {
    this.routes = routes;
    this.conntrack = conntrack;
  }

  /// Reads before the next change.
  void distrust() {
    isAllKnown = false;
  }

  /// Reads the routes of one interface before the next change.
  void distrust(String device) {
    doubted.add(device);
  }

  /// Whether the last attempt left a route of this interface missing.
  boolean hasFailed(String device) {
    return failedDevices.contains(device);
  }

  /// @param settled names of pod interfaces that are there long enough for unknown routes on them
  ///     to be left over, rather than ahead of us
  /// @param unruled interfaces whose endpoint's rules are not in force: no route is put there
  List<String> apply(
      DesiredState desired, Map<String, Link> links, Set<String> settled, Set<String> unruled) {
    failedDevices.clear();
    if (desired.settings().get(Parameters.ROUTE_SYNC_DISABLED)) {
      return List.of();
    }
    used.addAll(desired.endpoints().keySet());
    used.retainAll(links.keySet());
    Set<String> judged = new HashSet<>(settled);
    judged.addAll(used);
    List<String> problems = new ArrayList<>();
    try {
      List<Route> wanted = wanted(desired, links);
      wanted.forEach(route -> owners.add(route.owner()));
      List<Route> actual = actual();
      Set<Route> awaiting = awaiting(desired, links);
      RouteDiff diff =
          RouteDiff.between(
              wanted,
              actual,
              ours(desired.settings(), judged).and(it -> !awaiting.contains(it.installed())));
      departures(desired, diff);
      carryOut(removalsBeforeReuse(diff), problems);
      forget(problems);
      carryOut(
          diff.puts().stream()
              .filter(put -> !isUnruled(put, unruled) && !isBlocked(put, problems))
              .toList(),
          problems);
      carryOut(diff.removals().stream().filter(removal -> !isHost(removal)).toList(), problems);
      diff.taken().forEach(route -> taken(route, problems));
      isAllKnown = true;
      remember(wanted, actual, diff);
    } catch (KernelException e) {
      problems.add("routes: " + e.getMessage());
    }
    isAllKnown &= problems.isEmpty() && unruled.isEmpty();
    return problems;
  }

  private List<Route> actual() {
    if (!isAllKnown) {
      known = read();
    } else if (!doubted.isEmpty()) {
      List<Route> now = new ArrayList<>(known);
      now.removeIf(this::isDoubted);
      Set<Route> found = new LinkedHashSet<>();
      doubted.forEach(device -> found.addAll(routes.listOn(device)));
      now.addAll(found);
      known = now;
    }
    doubted.clear();
    return known;
  }

  private boolean isDoubted(Route route) {
    for (Route.Hop hop : route.hops()) {
      if (doubted.contains(hop.device())) {
        return true;
      }
    }
    return false;
  }

  /// The kernel picks the routes out by owner: bird's may be a million, and are none of our
  /// business but on the tunnel whose routes may be ours. Now and then all are looked at, for
  /// owners that are new.
  private List<Route> read() {
    boolean isWhole = reads % WHOLE_EVERY == 0;
    reads++;
    List<Route> found = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      RouteSelection all = RouteSelection.all(family, Route.MAIN_TABLE);
      if (isWhole) {
        routes
            .walk(all)
            .finish(
                route -> {
                  if (!route.owner().equals(RouteOwner.BIRD)) {
                    found.add(route);
                  }
                });
      } else {
        owners.forEach(owner -> routes.walk(all.of(owner)).finish(found::add));
      }
    }
    found.forEach(route -> owners.add(route.owner()));
    routes.listOn(TunnelPlan.IPIP_DEVICE).stream()
        .filter(route -> route.owner().equals(RouteOwner.BIRD))
        .forEach(found::add);
    return found;
  }

  /// What is there now, if all changes were carried out.
  private void remember(List<Route> wanted, List<Route> actual, RouteDiff diff) {
    Set<Route> removed = new HashSet<>(diff.removals().stream().map(RouteChange::route).toList());
    Set<Cidr> put = new HashSet<>(diff.puts().stream().map(c -> c.route().destination()).toList());
    List<Route> now = new ArrayList<>();
    actual.stream()
        .filter(route -> !removed.contains(route) && !put.contains(route.destination()))
        .forEach(now::add);
    wanted.stream().filter(route -> put.contains(route.destination())).forEach(now::add);
    known = now;
  }

  private static List<Route> wanted(DesiredState desired, Map<String, Link> links) {
    Map<Cidr, Route> wanted = new HashMap<>();
    desired.clusterRoutes().forEach(route -> wanted.put(route.destination(), route));
    desired.endpoints().values().stream()
        .filter(plan -> isUp(plan, links))
        .flatMap(plan -> plan.routes().stream())
        .forEach(route -> wanted.put(route.destination(), route));
    return List.copyOf(wanted.values());
  }

  /// Routes that are right and not ours to put, as their interface is not up as far as is known.
  /// CNI may be ahead of what is known: those it has put stay.
  private static Set<Route> awaiting(DesiredState desired, Map<String, Link> links) {
    Set<Route> awaiting = new HashSet<>();
    desired.endpoints().values().stream()
        .filter(plan -> !isUp(plan, links))
        .forEach(plan -> plan.routes().forEach(route -> awaiting.add(route.installed())));
    return awaiting;
  }

  private static boolean isUp(EndpointPlan plan, Map<String, Link> links) {
    Link link = links.get(plan.device());
    return link != null && link.isUp();
  }

  private static Predicate<Route> ours(Settings settings, Set<String> judged) {
    RouteOwner own = ClusterRoutes.owner(settings);
    int protocol = settings.get(Parameters.DEVICE_ROUTE_PROTOCOL);
    boolean isAnyKind = settings.get(Parameters.REMOVE_EXTERNAL_ROUTES);
    boolean hasIpip = settings.get(Parameters.PROGRAM_CLUSTER_ROUTES).includesIpip();
    return route -> {
      if (route.owner().equals(own)) {
        return true;
      }
      Optional<String> device = RouteDiff.device(route);
      if (device.isEmpty() || route.owner().equals(RouteOwner.KERNEL)) {
        return false;
      }
      String name = device.get();
      if (TunnelPlan.vxlanDevices().contains(name)) {
        return true;
      }
      if (name.equals(TunnelPlan.IPIP_DEVICE)) {
        return hasIpip && route.owner().equals(RouteOwner.BIRD);
      }
      if (route.owner().equals(RouteOwner.BIRD)) {
        return false; // of a pod that peers with this node: BGP takes its own away
      }
      return judged.contains(name)
          && (isAnyKind || route.owner().protocol() == protocol)
          && settings.isPodInterface(name);
    };
  }

  private void departures(DesiredState desired, RouteDiff diff) {
    Map<IpAddress, String> local = new HashMap<>();
    desired
        .endpoints()
        .forEach(
            (device, plan) ->
                plan.routes().forEach(r -> local.put(r.destination().address(), device)));
    localBefore.forEach(
        (address, device) -> {
          if (!device.equals(local.get(address))) {
            toForget.add(address);
          }
        });
    diff.removals().stream()
        .filter(RouteStep::isHost)
        .map(RouteChange::route)
        .filter(route -> isPodRoute(route, desired))
        .filter(route -> !isStill(route, local))
        .forEach(route -> toForget.add(route.destination().address()));
    localBefore = Map.copyOf(local);
  }

  /// The same address on the same device under another metric, say.
  private static boolean isStill(Route route, Map<IpAddress, String> local) {
    return RouteDiff.device(route)
        .filter(device -> device.equals(local.get(route.destination().address())))
        .isPresent();
  }

  private static boolean isPodRoute(Route route, DesiredState desired) {
    return RouteDiff.device(route).stream().anyMatch(desired.settings()::isPodInterface);
  }

  private List<RouteChange> removalsBeforeReuse(RouteDiff diff) {
    return diff.removals().stream().filter(RouteStep::isHost).toList();
  }

  private static boolean isHost(RouteChange change) {
    return change.route().destination().isHost();
  }

  private void forget(List<String> problems) {
    for (IpAddress address : List.copyOf(toForget)) {
      try {
        conntrack.forget(address);
        toForget.remove(address);
      } catch (KernelException e) {
        problems.add("connections of %s: %s".formatted(address, e.getMessage()));
      }
    }
  }

  /// The rules themselves are the problem that is told.
  private boolean isUnruled(RouteChange put, Set<String> unruled) {
    boolean waits = RouteDiff.device(put.route()).filter(unruled::contains).isPresent();
    if (waits) {
      failed(put.route());
    }
    return waits;
  }

  private boolean isBlocked(RouteChange put, List<String> problems) {
    boolean blocked = toForget.contains(put.route().destination().address()) && isHost(put);
    if (blocked) {
      failed(put.route());
      problems.add(
          "route %s waits until old connections are forgotten"
              .formatted(put.route().destination()));
    }
    return blocked;
  }

  private void carryOut(List<RouteChange> changes, List<String> problems) {
    if (changes.isEmpty()) {
      return;
    }
    for (RouteFailure failure : routes.apply(changes)) {
      failed(failure.change().route());
      problems.add(failure.cause().getMessage());
    }
  }

  private void taken(Route route, List<String> problems) {
    failed(route);
    problems.add(
        "route %s: the place is taken by a route that is not ours".formatted(route.destination()));
  }

  private void failed(Route route) {
    RouteDiff.device(route).ifPresent(failedDevices::add);
  }
}
