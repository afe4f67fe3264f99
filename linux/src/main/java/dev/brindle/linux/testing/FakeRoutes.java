// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.kernel.RouteTable;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import dev.brindle.linux.model.RouteChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Routes in memory; they go with their interface.
public final class FakeRoutes implements RouteTable {

  private final FakeLinks links;
  private final Consumer<String> enter;
  private final Map<Place, Route> routes = new LinkedHashMap<>();
  private final List<Consumer<RouteNews>> listeners = new CopyOnWriteArrayList<>();
  private int wholeLists;

  private record Place(Cidr destination, int table, int metric) {

    static Place of(Route route) {
      Route installed = route.installed();
      return new Place(installed.destination(), installed.table(), installed.metric());
    }
  }

  FakeRoutes(FakeLinks links, Consumer<String> enter) {
    this.links = links;
    this.enter = enter;
    links.onGone(this::forget);
  }

  private void forget(Link link) {
    routes.values().removeIf(route -> uses(route, link.name()));
  }

  private static boolean uses(Route route, String device) {
    return route.hops().stream().anyMatch(hop -> hop.device().equals(device));
  }

  /// All routes of the main table, of both families.
  public List<Route> all() {
    return List.copyOf(routes.values());
  }

  /// How often all routes of a family were asked for.
  public int wholeLists() {
    return wholeLists;
  }

  @Override
  public List<Route> list(IpFamily family) {
    wholeLists++;
    return routes.values().stream()
        .filter(route -> route.destination().family() == family)
        .filter(route -> route.table() == Route.MAIN_TABLE)
        .toList();
  }

  @Override
  public List<Route> listOn(String device) {
    return routes.values().stream()
        .filter(route -> route.table() == Route.MAIN_TABLE)
        .filter(route -> uses(route, device))
        .toList();
  }

  @Override
  public List<RouteFailure> apply(List<RouteChange> changes) {
    var failures = new ArrayList<RouteFailure>();
    for (RouteChange change : changes) {
      try {
        apply(change);
      } catch (KernelException e) {
        failures.add(new RouteFailure(change, e));
      }
    }
    return failures;
  }

  @Override
  public AutoCloseable watch(Consumer<RouteNews> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /// Somebody else changes a route, or it is told that they did.
  public void byOther(RouteChange change) {
    boolean isThere = routes.containsKey(Place.of(change.route()));
    apply(change);
    Route route = change.route().installed();
    tell(
        change instanceof RouteChange.Remove
            ? new RouteNews.Went(route)
            : new RouteNews.Came(route, isThere));
  }

  /// Tells something to all who listen.
  public void tell(RouteNews news) {
    listeners.forEach(listener -> listener.accept(news));
  }

  private void apply(RouteChange change) {
    switch (change) {
      case RouteChange.Add(Route route) -> {
        if (routes.containsKey(Place.of(route))) {
          throw new KernelException("add route " + route.destination(), Errno.EEXIST);
        }
        put(route);
      }
      case RouteChange.Put(Route route) -> put(route);
      case RouteChange.Remove(Route route) -> {
        enter.accept("remove route " + route.destination());
        Route present = routes.get(Place.of(route));
        if (present != null && present.owner().equals(route.owner())) {
          routes.remove(Place.of(route));
        }
      }
    }
  }

  private void put(Route route) {
    String what = "put route " + route.destination();
    enter.accept(what);
    for (Hop hop : route.hops()) {
      Link link =
          links.find(hop.device()).orElseThrow(() -> new KernelException(what, Errno.ENODEV));
      if (!link.isUp()) {
        throw new KernelException(what, Errno.ENETUNREACH, "device is down");
      }
      boolean isReachable =
          hop.onlink()
              || hop.gateway().isEmpty()
              || hop.gateway().filter(gateway -> isReachable(gateway, link)).isPresent();
      if (!isReachable) {
        throw new KernelException(what, Errno.ENETUNREACH, "gateway is not on the link");
      }
    }
    routes.put(Place.of(route), route.installed());
  }

  private boolean isReachable(IpAddress gateway, Link link) {
    boolean byAddress =
        links.addresses().stream()
            .filter(address -> address.link() == link.index())
            .map(LinkAddress::address)
            .anyMatch(address -> address.cidr().contains(gateway));
    boolean byRoute =
        routes.values().stream()
            .filter(route -> route.destination().contains(gateway))
            .filter(route -> uses(route, link.name()))
            .anyMatch(route -> route.hops().stream().allMatch(hop -> hop.gateway().isEmpty()));
    return byAddress || byRoute || (gateway.isIpv6() && gateway.isLinkLocal());
  }
}
