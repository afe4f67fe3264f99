// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.RouteUpdate.Discarded;
import dev.brindle.bird.speaker.RouteUpdate.Gone;
import dev.brindle.bird.speaker.RouteUpdate.Reachable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// A kernel that only remembers.
final class RecordingSink implements RouteSink {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Map<Cidr, Reachable> routes = new TreeMap<>();
  private final Set<Cidr> discarded = new TreeSet<>();
  private Set<Cidr> atConvergence = Set.of();
  private int converged;
  private Duration unbroken = RouteSink.FOREVER;

  /// The machine came up that long ago.
  void upFor(Duration known) {
    unbroken = known;
  }

  @Override
  public Duration unbrokenFor() {
    return unbroken;
  }

  @Override
  public synchronized void apply(List<RouteUpdate> updates) {
    for (RouteUpdate update : updates) {
      discarded.remove(update.prefix());
      switch (update) {
        case Reachable reachable -> routes.put(reachable.prefix(), reachable);
        case Discarded(var prefix) -> {
          routes.remove(prefix);
          discarded.add(prefix);
        }
        case Gone(var prefix) -> routes.remove(prefix);
      }
    }
    notifyAll();
  }

  @Override
  public synchronized void converged() {
    converged++;
    atConvergence = Set.copyOf(routes.keySet());
    notifyAll();
  }

  synchronized int timesConverged() {
    return converged;
  }

  /// What it had been told when it might drop what nobody told.
  synchronized Set<Cidr> atConvergence() {
    return atConvergence;
  }

  /// To what packets are dropped.
  synchronized Set<Cidr> discarded() {
    return Set.copyOf(discarded);
  }

  synchronized Map<Cidr, Reachable> routes() {
    return Map.copyOf(routes);
  }

  /// Waits until the routes are as wanted.
  synchronized Map<Cidr, Reachable> await(Predicate<Map<Cidr, Reachable>> wanted)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!wanted.test(routes)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("still " + routes);
      }
      wait(left);
    }
    return Map.copyOf(routes);
  }

  synchronized void awaitConverged() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (converged == 0) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new AssertionError("never converged");
      }
      wait(left);
    }
  }
}
