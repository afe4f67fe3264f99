// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.bird.speaker.RouteUpdate.Reachable;
import dev.brindle.bird.table.PrefixIndex;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.model.RouteSelection;
import dev.brindle.node.bgp.GatewaySets.GatewaySet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out bird's routes in the kernel: from what the speaker says, from what is the node's own,
/// and from what the kernel holds and tells. Keeps tables, does nothing.
///
/// Until the speaker has converged, routes that an earlier process left stay unless the speaker
/// itself took them back. A destination that somebody else has a route for is left alone.
final class KernelPlan {

  /// Reasons that are kept word by word; of more refused routes only that they were.
  private static final int MAX_REASONS = 10_000;

  private final FibSettings settings;
  private final Map<IpFamily, FibTable> tables = new EnumMap<>(IpFamily.class);
  private final ForeignRoutes foreign = new ForeignRoutes();
  private final GatewaySets gateways = new GatewaySets(new NextHops(foreign));
  private final Map<IpFamily, IntQueue> refused = new EnumMap<>(IpFamily.class);
  private final Map<Cidr, String> reasons = new HashMap<>();
  private final Map<Way, Way> ways = new HashMap<>();

  /// Of ours, but of another metric.
  private final Set<Route> strays = new HashSet<>();

  /// Devices of which IPv4 routes may have gone without a word.
  private final Set<String> doubted = new HashSet<>();

  private LocalRoutes local = LocalRoutes.NONE;
  private boolean hasConverged;
  private boolean isRead;
  private boolean wantsPatrol;

  /// @param seed that nobody who chooses prefixes knows
  KernelPlan(FibSettings settings, long seed) {
    this.settings = settings;
    for (IpFamily family : IpFamily.values()) {
      tables.put(family, new FibTable(family, seed));
      refused.put(family, new IntQueue());
    }
  }

  private FibTable table(IpFamily family) {
    FibTable table = tables.get(family);
    if (table == null) {
      throw new IllegalStateException("no table for " + family);
    }
    return table;
  }

  // ---- what should be

  void told(Collection<RouteUpdate> updates) {
    for (RouteUpdate update : updates) {
      switch (update) {
        case Reachable reachable -> {
          boolean isNowhere = reachable.gateways().isEmpty() && reachable.links().isEmpty();
          want(
              reachable.prefix(),
              isNowhere ? null : gateways.take(reachable.gateways(), reachable.links()));
        }
        case RouteUpdate.Gone gone -> want(gone.prefix(), null);
      }
    }
  }

  private void want(Cidr prefix, @Nullable GatewaySet set) {
    FibTable table = table(prefix.family());
    int id = table.add(prefix);
    GatewaySet before = table.wanted(id);
    if (before != null) {
      gateways.giveBack(before);
    }
    table.want(id, set);
    table.mark(id, FibTable.SPOKEN);
    table.enqueue(id);
  }

  void local(LocalRoutes changed) {
    boolean poolsChanged = !changed.notOurs().equals(local.notOurs());
    Set<Cidr> blocks = new HashSet<>(changed.blackholes());
    blocks.addAll(local.blackholes());
    local = changed;
    for (Cidr block : blocks) {
      FibTable table = table(block.family());
      table.enqueue(table.add(block));
    }
    if (poolsChanged) {
      tables.values().forEach(FibTable::enqueueAll);
    }
  }

  void converged() {
    hasConverged = true;
    tables.values().forEach(FibTable::enqueueAll);
  }

  // ---- what is

  /// All of the kernel's routes are about to be read.
  void forget() {
    isRead = false;
    foreign.clear();
    strays.clear();
    ways.clear();
    doubted.clear();
    for (FibTable table : tables.values()) {
      for (int id = 0; id < table.limit(); id++) {
        table.setPresent(id, null);
      }
    }
  }

  void found(Route route) {
    if (!settings.isOurs(route)) {
      foreign.add(route, false);
    } else if (route.metric() != settings.metric()) {
      strays.add(route);
    } else {
      FibTable table = table(route.destination().family());
      table.setPresent(table.add(route.destination()), shared(Way.of(route)));
    }
  }

  /// All of the kernel's routes have been found.
  void readDone() {
    isRead = true;
    gateways.doubtAll();
    tables.values().forEach(FibTable::enqueueAll);
  }

  private Way shared(Way way) {
    Way known = ways.putIfAbsent(way, way);
    return known == null ? way : known;
  }

  // ---- a look at all of ours, while everything goes on

  void beginPatrol() {
    wantsPatrol = false;
    ways.clear();
    tables.values().forEach(table -> table.unmarkAll(FibTable.SEEN | FibTable.TOUCHED));
  }

  void met(Route route) {
    if (!settings.isOurs(route)) {
      return;
    }
    if (route.metric() != settings.metric()) {
      strays.add(route);
      return;
    }
    FibTable table = table(route.destination().family());
    int id = table.add(route.destination());
    if (table.has(id, FibTable.TOUCHED)) {
      return;
    }
    table.mark(id, FibTable.SEEN);
    Way way = Way.of(route);
    if (!way.equals(table.present(id))) {
      table.setPresent(id, shared(way));
      table.enqueue(id);
    }
  }

  /// What was not met has gone without a word.
  ///
  /// @return how many
  int endPatrol() {
    int lost = 0;
    for (FibTable table : tables.values()) {
      for (int id = 0; id < table.limit(); id++) {
        boolean isLost =
            table.present(id) != null && !table.has(id, FibTable.SEEN | FibTable.TOUCHED);
        if (isLost) {
          table.setPresent(id, null);
          table.enqueue(id);
          lost++;
        }
      }
    }
    return lost;
  }

  /// Whether something happened that may have cost routes without a word.
  boolean wantsPatrol() {
    return wantsPatrol;
  }

  // ---- what the kernel tells

  /// @return whether a change that was refused may be taken now
  boolean heard(RouteNews news) {
    return switch (news) {
      case RouteNews.Came(Route route, boolean replaces) -> came(route, replaces);
      case RouteNews.Went(Route route) -> went(route);
      case RouteNews.Addresses(String device) -> doubt(device);
      case RouteNews.Interface(LinkNews.Changed(var link)) -> link.isUp() || down(link.name());
      case RouteNews.Interface(LinkNews.Gone(_, var name)) -> down(name);
      case RouteNews.Interface(LinkNews.AddressesChanged(_)),
          RouteNews.Interface(LinkNews.Lost()),
          RouteNews.Lost() ->
          true;
    };
  }

  private boolean came(Route route, boolean replaces) {
    FibTable table = table(route.destination().family());
    if (!settings.isOurs(route)) {
      foreign.add(route, replaces);
      foreignChanged(route);
      int id = table.find(route.destination());
      boolean isInOurPlace =
          id != PrefixIndex.NONE
              && route.table() == settings.table()
              && route.metric() == settings.metric();
      if (isInOurPlace && replaces) {
        table.setPresent(id, null);
      }
      return true;
    }
    if (route.metric() == settings.metric()) {
      int id = table.add(route.destination());
      table.setPresent(id, shared(Way.of(route)));
      changed(table, id);
    } else {
      strays.add(route);
    }
    return false;
  }

  private boolean went(Route route) {
    FibTable table = table(route.destination().family());
    if (!settings.isOurs(route)) {
      foreign.remove(route);
      foreignChanged(route);
      return true;
    }
    strays.removeIf(
        stray ->
            stray.destination().equals(route.destination()) && stray.metric() == route.metric());
    int id = table.find(route.destination());
    if (id != PrefixIndex.NONE && route.metric() == settings.metric()) {
      Way before = table.present(id);
      boolean mayKeepSome = route.destination().address().isIpv6();
      table.setPresent(
          id, mayKeepSome && before != null ? before.without(route.hops()).orElse(null) : null);
      changed(table, id);
    }
    return false;
  }

  private static void changed(FibTable table, int id) {
    table.mark(id, FibTable.TOUCHED);
    table.enqueue(id);
  }

  private void foreignChanged(Route route) {
    gateways.doubt(route.destination());
    FibTable table = table(route.destination().family());
    int id = table.find(route.destination());
    if (id != PrefixIndex.NONE) {
      table.enqueue(id);
    }
  }

  /// The kernel takes IPv4 routes away with their interface and says nothing.
  private boolean down(String device) {
    foreign
        .removeAll(
            route ->
                route.destination().address().isIpv4()
                    && route.hops().stream().anyMatch(hop -> hop.device().equals(device)))
        .forEach(this::foreignChanged);
    return doubt(device);
  }

  private boolean doubt(String device) {
    doubted.add(device);
    wantsPatrol = true;
    return true;
  }

  /// What must be read again because of interfaces and addresses, a small part of all.
  List<RouteSelection> doubts() {
    Set<RouteSelection> selections = new LinkedHashSet<>();
    for (String device : doubted) {
      for (RouteOwner owner : foreign.owners()) {
        for (int table : new int[] {Route.MAIN_TABLE, settings.table()}) {
          selections.add(RouteSelection.all(IpFamily.IPV4, table).of(owner).on(device));
        }
      }
    }
    doubted.clear();
    return List.copyOf(selections);
  }

  /// The routes of somebody else that fit a selection with owner and device.
  void reread(RouteSelection which, List<Route> routes) {
    foreign
        .removeAll(route -> which.includes(route) && !routes.contains(route))
        .forEach(this::foreignChanged);
    for (Route route : routes) {
      if (!settings.isOurs(route)) {
        foreign.add(route, false);
        foreignChanged(route);
      }
    }
  }

  // ---- what to do

  /// The next changes, puts first so that what stays reachable always is; empty if there is nothing
  /// to do for now.
  List<RouteChange> take(int most) {
    if (!isRead) {
      return List.of();
    }
    Collection<GatewaySet> moved = gateways.settle();
    if (!moved.isEmpty()) {
      tables.values().forEach(table -> enqueue(table, moved));
    }
    List<RouteChange> puts = new ArrayList<>();
    List<RouteChange> removals = new ArrayList<>();
    for (FibTable table : tables.values()) {
      while (puts.size() + removals.size() < most && !table.isIdle()) {
        int id = table.next();
        if (table.isUsed(id)) {
          change(table, id).ifPresent(it -> (isRemoval(it) ? removals : puts).add(it));
        }
      }
    }
    if (hasConverged && isIdle()) {
      strays.stream().map(RouteChange.Remove::new).forEach(removals::add);
      strays.clear();
    }
    puts.addAll(removals);
    return puts;
  }

  private static boolean isRemoval(RouteChange change) {
    return change instanceof RouteChange.Remove;
  }

  private static void enqueue(FibTable table, Collection<GatewaySet> moved) {
    for (int id = 0; id < table.limit(); id++) {
      GatewaySet set = table.wanted(id);
      if (set != null && moved.contains(set)) {
        table.enqueue(id);
      }
    }
  }

  /// Whether it is known what the kernel has.
  boolean isRead() {
    return isRead;
  }

  /// Whether `take` would find nothing.
  boolean isIdle() {
    return !isRead || tables.values().stream().allMatch(FibTable::isIdle);
  }

  private Optional<RouteChange> change(FibTable table, int id) {
    Cidr prefix = table.cidr(id);
    Way present = table.present(id);
    Way desired = desired(table, id, prefix);
    if (desired != null && inTheWay(prefix).isPresent()) {
      desired = null;
    }
    table.setMissing(
        id, isBirds(table, id, prefix) && (desired == null || !desired.equals(present)));
    if (desired == null) {
      if (present != null) {
        return mayGo(table, id)
            ? Optional.of(new RouteChange.Remove(present.to(prefix, settings)))
            : Optional.empty();
      }
      if (table.wanted(id) == null) {
        reasons.remove(prefix);
        table.free(id);
      }
      return Optional.empty();
    }
    if (desired.equals(present)) {
      succeeded(table, id, prefix);
      return Optional.empty();
    }
    Route route = desired.to(prefix, settings);
    return Optional.of(present == null ? new RouteChange.Add(route) : new RouteChange.Put(route));
  }

  private boolean isBirds(FibTable table, int id, Cidr prefix) {
    return local.blackholes().contains(prefix)
        || (table.wanted(id) != null && !local.leavesToFelix(prefix));
  }

  private boolean mayGo(FibTable table, int id) {
    return hasConverged || table.has(id, FibTable.SPOKEN);
  }

  private @Nullable Way desired(FibTable table, int id, Cidr prefix) {
    if (local.blackholes().contains(prefix)) {
      return Way.BLACKHOLE;
    }
    GatewaySet set = table.wanted(id);
    return set == null || local.leavesToFelix(prefix) ? null : set.way();
  }

  private Optional<Route> inTheWay(Cidr prefix) {
    return foreign.best(
        prefix, route -> route.table() == settings.table() && route.metric() <= settings.metric());
  }

  // ---- what became of it

  /// The kernel has taken a change.
  void done(RouteChange change) {
    Route route = change.route();
    FibTable table = table(route.destination().family());
    int id = table.find(route.destination());
    if (id == PrefixIndex.NONE || route.metric() != settings.metric()) {
      return; // a stray
    }
    table.mark(id, FibTable.TOUCHED);
    table.setPresent(id, isRemoval(change) ? null : shared(Way.of(route)));
    table.setMissing(id, false);
    succeeded(table, id, route.destination());
    table.enqueue(id); // what was said meanwhile
  }

  private void succeeded(FibTable table, int id, Cidr prefix) {
    if (table.has(id, FibTable.REFUSED)) {
      table.unmark(id, FibTable.REFUSED);
      reasons.remove(prefix);
    }
  }

  /// The kernel has not taken a change. It is tried again after `retry`.
  void refused(RouteChange change, KernelException cause) {
    Cidr prefix = change.route().destination();
    FibTable table = table(prefix.family());
    int id = table.find(prefix);
    if (id == PrefixIndex.NONE) {
      return;
    }
    if (cause.errno().equals(Errno.EEXIST)) {
      wantsPatrol = true; // the news of what is there may be on their way; if not, it is ours
    }
    if (!table.has(id, FibTable.REFUSED)) {
      table.mark(id, FibTable.REFUSED);
      queue(prefix.family()).add(id);
    }
    if (reasons.size() < MAX_REASONS || reasons.containsKey(prefix)) {
      reasons.put(prefix, String.valueOf(cause.getMessage()));
    }
  }

  private IntQueue queue(IpFamily family) {
    IntQueue queue = refused.get(family);
    if (queue == null) {
      throw new IllegalStateException("no queue for " + family);
    }
    return queue;
  }

  /// What was refused is looked at again.
  void retry() {
    for (IpFamily family : IpFamily.values()) {
      IntQueue queue = queue(family);
      FibTable table = table(family);
      while (!queue.isEmpty()) {
        int id = queue.remove();
        if (table.isUsed(id)) {
          table.unmark(id, FibTable.REFUSED);
          table.enqueue(id);
        }
      }
    }
  }

  boolean hasRefused() {
    return refused.values().stream().anyMatch(queue -> !queue.isEmpty());
  }

  // ---- for people

  /// How many routes of bird the kernel has.
  int size() {
    return tables.values().stream().mapToInt(FibTable::size).sum();
  }

  /// How many prefixes BGP knows that the kernel has no route of ours for.
  int missing() {
    return tables.values().stream().mapToInt(FibTable::missing).sum();
  }

  /// Some of those, and why, a line each.
  List<String> missing(int most) {
    List<String> lines = new ArrayList<>();
    for (FibTable table : tables.values()) {
      for (int id = 0; id < table.limit() && lines.size() < most; id++) {
        if (table.has(id, FibTable.MISSING)) {
          Cidr prefix = table.cidr(id);
          says(prefix).ifPresent(it -> lines.add("%s: %s".formatted(prefix, it.text())));
        }
      }
    }
    return lines;
  }

  Optional<Installation> says(Cidr prefix) {
    FibTable table = table(prefix.family());
    int id = table.find(prefix);
    if (id == PrefixIndex.NONE) {
      return Optional.empty();
    }
    Way present = table.present(id);
    if (!isBirds(table, id, prefix)) {
      return withoutOurs(table, id, present);
    }
    return Optional.of(says(table, id, prefix, present));
  }

  private Optional<Installation> withoutOurs(FibTable table, int id, @Nullable Way present) {
    if (table.wanted(id) != null) {
      return Optional.of(
          new Installation.Missing("it is in a pool whose routes are not written by BGP"));
    }
    return present == null
        ? Optional.empty()
        : Optional.of(
            new Installation.Installed(
                text(present) + ", left by an earlier process: goes unless a peer says it again"));
  }

  private Installation says(FibTable table, int id, Cidr prefix, @Nullable Way present) {
    Way desired = desired(table, id, prefix);
    Optional<Route> other = inTheWay(prefix);
    GatewaySet set = table.wanted(id);
    if (!isRead) {
      return new Installation.Missing("the kernel's routes are being read");
    } else if (other.isPresent()) {
      return new Installation.Missing("in its place is " + foreignText(other.get()));
    } else if (desired == null) {
      return new Installation.Missing(
          "no route leads to its next hop " + (set == null ? "" : text(set)));
    } else if (desired.equals(present)) {
      return new Installation.Installed(text(desired));
    } else if (table.has(id, FibTable.REFUSED)) {
      return new Installation.Missing(
          "the kernel refuses it, it is tried again: " + reasons.getOrDefault(prefix, "as others"));
    }
    return new Installation.Missing("it is about to be written: " + text(desired));
  }

  private static String text(GatewaySet set) {
    return String.join(" or ", set.text().stream().toList());
  }

  private String text(Way way) {
    String table = settings.table() == Route.MAIN_TABLE ? "" : " table " + settings.table();
    return "%s metric %d%s".formatted(way.text(), settings.metric(), table);
  }

  private static String foreignText(Route route) {
    return "a route of protocol %d, metric %d: %s"
        .formatted(route.owner().protocol(), route.metric(), Way.of(route).text());
  }
}
