// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.RouteWalk;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteSelection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/// Reads the kernel's routes into the plan: all of them at first, some again when news leave doubt,
/// ours now and then. One thread's.
final class RouteReader {

  private static final long PATROL = Duration.ofSeconds(60).toNanos();

  /// A walk over ours costs at most one part in so many of the time.
  private static final int SHARE = 100;

  /// The same if something happened that may have cost routes.
  private static final int SHARE_AFTER_EVENT = 10;

  private final Kernel kernel;
  private final FibSettings settings;
  private final KernelPlan plan;
  private final Object lock;

  private final Deque<RouteSelection> left = new ArrayDeque<>();
  private Optional<RouteWalk> walk = Optional.empty();
  private boolean isOnPatrol;
  private long began;
  private long nextPatrol;
  private long mayNextPatrol;

  /// @param lock guards the plan; held for no call of the kernel
  RouteReader(Kernel kernel, FibSettings settings, KernelPlan plan, Object lock) {
    this.kernel = kernel;
    this.settings = settings;
    this.plan = plan;
    this.lock = lock;
    mayNextPatrol = System.nanoTime();
    nextPatrol = mayNextPatrol + PATROL;
  }

  /// Removing it changes nothing.
  static RouteChange nothing(FibSettings settings) {
    Cidr nobodys = Cidr.parse("255.255.255.255/32");
    return new RouteChange.Remove(Way.BLACKHOLE.to(nobodys, settings));
  }

  /// The kernel tells of an interface or address before it takes the routes away, and others wait
  /// meanwhile who want to change something: whoever has changed something knows it is over.
  private void letOthersFinish() {
    kernel.routes().apply(List.of(nothing(settings)));
  }

  void readAll() {
    endPatrol();
    try {
      synchronized (lock) {
        plan.forget();
      }
      for (RouteSelection all : tables()) {
        try (RouteWalk whole = kernel.routes().walk(all)) {
          while (step(whole, plan::found)) {
            // the next portion
          }
        }
      }
      synchronized (lock) {
        plan.readDone();
      }
    } catch (KernelException e) {
      throw new KernelException(
          "read the routing table", e.errno(), String.valueOf(e.getMessage()));
    }
  }

  private Set<RouteSelection> tables() {
    Set<RouteSelection> all = new LinkedHashSet<>();
    for (IpFamily family : IpFamily.values()) {
      all.add(RouteSelection.all(family, Route.MAIN_TABLE));
      all.add(RouteSelection.all(family, settings.table()));
    }
    return all;
  }

  private boolean step(RouteWalk under, Consumer<Route> each) {
    List<Route> portion = new ArrayList<>();
    boolean goesOn = under.step(portion::add);
    synchronized (lock) {
      portion.forEach(each);
    }
    return goesOn;
  }

  /// Reads again what news left in doubt.
  void settleDoubts() {
    List<RouteSelection> doubts;
    synchronized (lock) {
      doubts = plan.doubts();
    }
    if (!doubts.isEmpty()) {
      letOthersFinish();
    }
    for (RouteSelection doubt : doubts) {
      List<Route> found = new ArrayList<>();
      kernel.routes().walk(doubt).finish(found::add);
      synchronized (lock) {
        plan.reread(doubt, found);
      }
    }
  }

  /// When there is something to do without news; the caller holds the lock.
  long next(long now) {
    if (isOnPatrol) {
      return now;
    }
    return plan.wantsPatrol() && mayNextPatrol - nextPatrol < 0 ? mayNextPatrol : nextPatrol;
  }

  /// One portion of the walk over ours, if it is time for it.
  ///
  /// @return how many had gone without a word, at its end
  OptionalInt patrol() {
    if (!isOnPatrol && !begin()) {
      return OptionalInt.empty();
    }
    if (walk.isEmpty()) {
      walk = Optional.of(kernel.routes().walk(left.remove()));
    }
    if (step(walk.get(), plan::met)) {
      return OptionalInt.empty();
    }
    walk = Optional.empty();
    return left.isEmpty() ? OptionalInt.of(end()) : OptionalInt.empty();
  }

  private boolean begin() {
    synchronized (lock) {
      long now = System.nanoTime();
      if (next(now) - now > 0) {
        return false;
      }
    }
    for (IpFamily family : IpFamily.values()) {
      left.add(RouteSelection.all(family, settings.table()).of(settings.owner()));
    }
    letOthersFinish();
    began = System.nanoTime();
    isOnPatrol = true;
    synchronized (lock) {
      plan.beginPatrol();
    }
    return true;
  }

  private int end() {
    isOnPatrol = false;
    long now = System.nanoTime();
    mayNextPatrol = now + SHARE_AFTER_EVENT * (now - began);
    nextPatrol = now + Math.max(PATROL, SHARE * (now - began));
    synchronized (lock) {
      return plan.endPatrol();
    }
  }

  /// Gives up the walk that is under way.
  void endPatrol() {
    walk.ifPresent(RouteWalk::close);
    walk = Optional.empty();
    left.clear();
    isOnPatrol = false;
  }
}
