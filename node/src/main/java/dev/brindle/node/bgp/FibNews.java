// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.table.PrefixIndex;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.model.RouteSelection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What the kernel tells, and what follows from it that the kernel does not tell. News of an
/// interface cost as much as there are routes on it.
final class FibNews {

  private final Fib fib;

  /// What must be read again, a small part of all.
  private final Set<RouteSelection> doubts = new LinkedHashSet<>();

  FibNews(Fib fib) {
    this.fib = fib;
  }

  /// All is read anew.
  void clear() {
    doubts.clear();
  }

  /// @return whether a change that was refused may be taken now
  boolean heard(RouteNews news) {
    return switch (news) {
      case RouteNews.Came(Route route, boolean replaces) -> came(route, replaces);
      case RouteNews.Went(Route route) -> went(route);
      case RouteNews.Addresses(String device) -> addressWent(device);
      case RouteNews.Interface(LinkNews.Changed(var link)) ->
          link.isUp() ? fib.ways.use(link.name()) : down(link.name());
      case RouteNews.Interface(LinkNews.Gone(_, var name)) -> down(name);
      case RouteNews.Interface(LinkNews.AddressesChanged(_)) -> false;
      case RouteNews.Interface(LinkNews.Lost()), RouteNews.Lost() -> true;
    };
  }

  private boolean came(Route route, boolean replaces) {
    FibTable table = fib.table(route.destination().family());
    if (!fib.settings.isOurs(route)) {
      fib.foreign.add(route, replaces);
      foreignChanged(route);
      cameIntoOurPlace(table, route, replaces);
      return true;
    }
    if (fib.isInOurPlace(route)) {
      int id = table.add(route.destination());
      table.setPresent(id, fib.ways.shared(Way.of(route)));
      table.mark(id, FibTable.TOUCHED);
      table.enqueue(id);
    } else {
      fib.strays.add(route);
    }
    return false;
  }

  /// We may have written ours over it before we heard of it. So both are looked for.
  private void cameIntoOurPlace(FibTable table, Route route, boolean replaces) {
    int id = table.find(route.destination());
    if (id == PrefixIndex.NONE || !fib.isInOurPlace(route) || table.present(id) == null) {
      return;
    }
    if (replaces) {
      table.setPresent(id, null);
    }
    RouteSelection its =
        RouteSelection.all(route.destination().family(), route.table()).of(route.owner());
    doubts.add(route.hops().isEmpty() ? its : its.on(route.hops().getFirst().device()));
    fib.wantsPatrol = true;
  }

  private boolean went(Route route) {
    FibTable table = fib.table(route.destination().family());
    if (!fib.settings.isOurs(route)) {
      fib.foreign.remove(route);
      foreignChanged(route);
      return true;
    }
    if (!fib.isInOurPlace(route)) {
      fib.strays.removeIf(
          stray ->
              stray.destination().equals(route.destination()) && stray.metric() == route.metric());
      return false;
    }
    int id = table.find(route.destination());
    if (id != PrefixIndex.NONE) {
      oursWent(table, id, route);
    }
    return false;
  }

  private void oursWent(FibTable table, int id, Route route) {
    table.mark(id, FibTable.TOUCHED);
    Way present = table.present(id);
    if (present == null) {
      return;
    }
    if (route.destination().address().isIpv6()) { // perhaps only some of its hops
      table.setPresent(id, present.without(route.hops()).orElse(null));
      table.enqueue(id);
    } else if (present.equals(Way.of(route))) {
      table.setPresent(id, null);
      table.enqueue(id);
    } else {
      fib.wantsPatrol = true; // it went before we wrote another
    }
  }

  private void foreignChanged(Route route) {
    fib.doubt(route.destination());
    FibTable table = fib.table(route.destination().family());
    int id = table.find(route.destination());
    if (id != PrefixIndex.NONE) {
      table.enqueue(id);
    }
  }

  /// The kernel takes IPv4 routes away with their interface and says nothing; those with hops
  /// elsewhere may stay.
  private boolean down(String device) {
    List<Route> gone = fib.foreign.ipv4On(device);
    if (gone.stream().anyMatch(route -> route.hops().size() > 1)) {
      doubt(device);
    }
    gone.forEach(fib.foreign::remove);
    gone.forEach(this::foreignChanged);
    fib.wantsPatrol |= fib.ways.use(device);
    return !gone.isEmpty();
  }

  /// With the last address of an interface its routes go, and everywhere those that have the
  /// address as preferred source.
  private boolean addressWent(String device) {
    if (!fib.foreign.ipv4On(device).isEmpty()) {
      doubt(device);
    }
    fib.foreign.ipv4DevicesWithSource().forEach(this::doubt);
    fib.wantsPatrol |= fib.ways.use(device);
    return fib.ways.use(device);
  }

  private void doubt(String device) {
    for (RouteOwner owner : fib.foreign.owners()) {
      for (int table : new int[] {Route.MAIN_TABLE, fib.settings.table()}) {
        doubts.add(RouteSelection.all(IpFamily.IPV4, table).of(owner).on(device));
      }
    }
  }

  /// What must be read again, and given to `reread`.
  List<RouteSelection> doubts() {
    List<RouteSelection> all = List.copyOf(doubts);
    doubts.clear();
    return all;
  }

  /// The routes of somebody else that fit a selection with owner.
  void reread(RouteSelection which, List<Route> routes) {
    fib.foreign
        .removeAll(route -> which.includes(route) && !routes.contains(route))
        .forEach(this::foreignChanged);
    for (Route route : routes) {
      if (!fib.settings.isOurs(route)) {
        fib.foreign.add(route, false);
        foreignChanged(route);
      }
    }
  }
}
