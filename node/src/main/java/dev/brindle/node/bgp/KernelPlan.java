// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.bird.speaker.RouteUpdate.Reachable;
import dev.brindle.bird.table.PrefixIndex;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteSelection;
import dev.brindle.node.bgp.GatewaySets.GatewaySet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
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

  private final Fib fib;
  private final FibRefusals refusals = new FibRefusals();
  private final FibNews news;
  private final FibPatrol patrol;
  private final FibReport report;

  /// @param seed that nobody who chooses prefixes knows
  KernelPlan(FibSettings settings, long seed) {
    fib = new Fib(settings, seed);
    news = new FibNews(fib);
    patrol = new FibPatrol(fib);
    report = new FibReport(fib, refusals);
  }

  // ---- what should be

  void told(Collection<RouteUpdate> updates) {
    for (RouteUpdate update : updates) {
      switch (update) {
        case Reachable reachable -> {
          boolean isNowhere = reachable.gateways().isEmpty() && reachable.links().isEmpty();
          want(
              reachable.prefix(),
              isNowhere ? null : fib.gateways.take(reachable.gateways(), reachable.links()));
        }
        case RouteUpdate.Discarded(var prefix) -> want(prefix, fib.gateways.takeNowhere());
        case RouteUpdate.Gone gone -> want(gone.prefix(), null);
      }
    }
  }

  private void want(Cidr prefix, @Nullable GatewaySet set) {
    FibTable table = fib.table(prefix.family());
    int id = table.add(prefix);
    GatewaySet before = table.wanted(id);
    if (before != null) {
      fib.gateways.giveBack(before);
    }
    table.want(id, set);
    table.mark(id, FibTable.SPOKEN);
    table.enqueue(id);
  }

  void local(LocalRoutes changed) {
    boolean poolsChanged = !changed.notOurs().equals(fib.local.notOurs());
    Set<Cidr> concerned = new HashSet<>(changed.destinations());
    concerned.addAll(fib.local.destinations());
    if (!changed.reachableBy().equals(fib.local.reachableBy())) {
      fib.gateways.reach(changed.reachableBy());
    }
    fib.local = changed;
    concerned.forEach(fib::enqueue);
    if (poolsChanged) {
      fib.tables().forEach(FibTable::enqueueAll);
    }
  }

  void converged() {
    fib.hasConverged = true;
    fib.tables().forEach(FibTable::enqueueAll);
  }

  // ---- what is

  /// All of the kernel's routes are about to be read.
  void forget() {
    fib.isRead = false;
    fib.foreign.clear();
    fib.strays.clear();
    news.clear();
    for (FibTable table : fib.tables()) {
      for (int id = 0; id < table.limit(); id++) {
        table.setPresent(id, null);
      }
    }
    fib.ways.clear();
    fib.gateways.ways().forEach(fib.ways::shared);
  }

  void found(Route route) {
    if (!fib.settings.isOurs(route)) {
      fib.foreign.add(route, false);
    } else if (route.metric() != fib.settings.metric()) {
      fib.strays.add(route);
    } else {
      FibTable table = fib.table(route.destination().family());
      table.setPresent(table.add(route.destination()), fib.ways.shared(Way.of(route)));
    }
  }

  /// All of the kernel's routes have been found.
  void readDone() {
    fib.isRead = true;
    fib.gateways.doubtAll();
    fib.tables().forEach(FibTable::enqueueAll);
  }

  void beginPatrol() {
    patrol.begin();
  }

  void met(Route route) {
    patrol.met(route);
  }

  /// @return how many have gone without a word
  int endPatrol() {
    return patrol.end();
  }

  /// Whether something happened that may have cost routes without a word.
  boolean wantsPatrol() {
    return fib.wantsPatrol;
  }

  /// @return whether a change that was refused may be taken now
  boolean heard(RouteNews heard) {
    return news.heard(heard);
  }

  /// What must be read again because of what was heard.
  List<RouteSelection> doubts() {
    return news.doubts();
  }

  /// The routes of somebody else that fit a selection with owner.
  void reread(RouteSelection which, List<Route> routes) {
    news.reread(which, routes);
  }

  /// Out of which interfaces packets go by the routes of others in the main table; empty while that
  /// is not known.
  Optional<Map<Cidr, String>> interfaces() {
    return fib.isRead
        ? Optional.of(fib.foreign.interfaces(route -> route.table() == Route.MAIN_TABLE))
        : Optional.empty();
  }

  /// The routes of others; empty while they are not known.
  Optional<List<Route>> others() {
    return fib.isRead ? Optional.of(fib.foreign.all()) : Optional.empty();
  }

  /// Bird's route to a prefix, as the kernel has it.
  Optional<Route> own(Cidr prefix) {
    FibTable table = fib.table(prefix.family());
    int id = table.find(prefix);
    return id == PrefixIndex.NONE
        ? Optional.empty()
        : Optional.ofNullable(table.present(id)).map(way -> way.to(prefix, fib.settings));
  }

  // ---- what to do

  /// The next changes, puts first so that what stays reachable always is; empty if there is nothing
  /// to do for now.
  List<RouteChange> take(int most) {
    if (!fib.isRead) {
      return List.of();
    }
    Collection<GatewaySet> moved = fib.gateways.settle();
    if (!moved.isEmpty()) {
      fib.tables().forEach(table -> enqueue(table, moved));
    }
    List<RouteChange> puts = new ArrayList<>();
    List<RouteChange> removals = new ArrayList<>();
    for (FibTable table : fib.tables()) {
      while (puts.size() + removals.size() < most && !table.isIdle()) {
        int id = table.next();
        if (table.isUsed(id)) {
          change(table, id).ifPresent(it -> (isRemoval(it) ? removals : puts).add(it));
        }
      }
    }
    if (fib.hasConverged && isIdle()) {
      fib.strays.stream().map(RouteChange.Remove::new).forEach(removals::add);
      fib.strays.clear();
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
    return fib.isRead;
  }

  /// Whether `take` would find nothing.
  boolean isIdle() {
    return !fib.isRead || fib.tables().stream().allMatch(FibTable::isIdle);
  }

  private Optional<RouteChange> change(FibTable table, int id) {
    Cidr prefix = table.cidr(id);
    Way present = table.present(id);
    boolean isBirds = fib.isBirds(table, id, prefix);
    Way desired = isBirds ? fib.desired(table, id, prefix) : null;
    if (desired != null && fib.inTheWay(prefix).isPresent()) {
      desired = null;
    }
    table.setMissing(id, isBirds && (desired == null || !desired.equals(present)));
    if (desired == null) {
      return withoutOurs(table, id, prefix, present);
    }
    if (desired.equals(present)) {
      refusals.settled(table, id, prefix);
      return Optional.empty();
    }
    Route route = desired.to(prefix, fib.settings);
    return Optional.of(present == null ? new RouteChange.Add(route) : new RouteChange.Put(route));
  }

  private Optional<RouteChange> withoutOurs(
      FibTable table, int id, Cidr prefix, @Nullable Way present) {
    if (present != null) {
      return fib.mayGo(table, id)
          ? Optional.of(new RouteChange.Remove(present.to(prefix, fib.settings)))
          : Optional.empty();
    }
    if (table.wanted(id) == null && !fib.isBirds(table, id, prefix)) {
      refusals.settled(table, id, prefix);
      table.free(id);
    }
    return Optional.empty();
  }

  // ---- what became of it

  /// The kernel has taken a change.
  void done(RouteChange change) {
    Route route = change.route();
    FibTable table = fib.table(route.destination().family());
    int id = table.find(route.destination());
    if (id == PrefixIndex.NONE || route.metric() != fib.settings.metric()) {
      return; // a stray
    }
    table.mark(id, FibTable.TOUCHED);
    table.setPresent(id, isRemoval(change) ? null : written(table, id, route));
    table.setMissing(id, false);
    refusals.settled(table, id, route.destination());
    if (isRemoval(change)) {
      table.enqueue(id); // nothing may be left to know of it
    }
  }

  /// Mostly what is wanted still: no need to look for it among all.
  private Way written(FibTable table, int id, Route route) {
    GatewaySet set = table.wanted(id);
    Way way = set == null ? null : set.way();
    return way != null && way.isOf(route) ? way : fib.ways.shared(Way.of(route));
  }

  /// The kernel has not taken a change. It is tried again after `retry`.
  void refused(RouteChange change, KernelException cause) {
    Cidr prefix = change.route().destination();
    FibTable table = fib.table(prefix.family());
    int id = table.find(prefix);
    if (id == PrefixIndex.NONE) {
      return;
    }
    if (cause.errno().equals(Errno.EEXIST)) {
      fib.wantsPatrol = true; // the news of what is there may be on their way; if not, it is ours
    }
    refusals.add(table, id, prefix, String.valueOf(cause.getMessage()));
  }

  /// What was refused is looked at again.
  void retry() {
    refusals.retry(fib);
  }

  /// At least as many as are refused.
  int refusedCount() {
    return refusals.size();
  }

  // ---- for people

  /// How many routes of bird the kernel has.
  int size() {
    return report.size();
  }

  /// How many prefixes BGP knows that the kernel has no route of ours for.
  int missing() {
    return report.missing();
  }

  /// Some of those, and why, a line each.
  List<String> missing(int most) {
    return report.missing(most);
  }

  Optional<Installation> says(Cidr prefix) {
    return report.says(prefix);
  }
}
