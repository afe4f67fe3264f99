// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.datastore.DatastoreException;
import dev.brindle.ipam.IpamException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does something again and again, on a thread of its own: soon after news, from time to time
/// without any, and later and later as long as it does not work.
final class ControllerLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerLoop.class);

  /// News come in crowds, and one round is enough for all.
  static final Duration CROWD = Duration.ofSeconds(1);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /// One round.
  @FunctionalInterface
  interface Round {

    /// @return what could not be done; it is tried again
    List<String> run();
  }

  private final String name;
  private final Round round;
  private final Supplier<Duration> period;
  private final Duration crowd;
  private final Thread thread;
  private boolean isDirty = true;
  private volatile boolean isClosing;
  private volatile List<String> problems = List.of();

  /// @param period after which there is a round without any news
  private ControllerLoop(String name, Round round, Supplier<Duration> period, Duration crowd) {
    this.name = name;
    this.round = round;
    this.period = period;
    this.crowd = crowd;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /// @param crowd how long news are gathered
  static ControllerLoop start(String name, Round round, Supplier<Duration> period, Duration crowd) {
    var loop = new ControllerLoop(name, round, period, crowd);
    loop.thread.start();
    return loop;
  }

  /// There are news. Never waits.
  synchronized void again() {
    isDirty = true;
    notifyAll();
  }

  /// What did not work the last time.
  List<String> problems() {
    return problems;
  }

  private void run() {
    Duration retry = Duration.ZERO;
    try {
      while (true) {
        await(retry);
        TimeUnit.NANOSECONDS.sleep(crowd.toNanos());
        taken();
        retry = attempt() ? Duration.ZERO : longer(retry);
      }
    } catch (InterruptedException _) {
      LOG.debug("{} ends", name);
    }
  }

  private static Duration longer(Duration retry) {
    Duration next = retry.isZero() ? FIRST_RETRY : retry.multipliedBy(2);
    return next.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : next;
  }

  /// @param retry after which it is tried again; zero where nothing failed. News do not shorten
  ///     that: what is busy is not made so by being told more
  private synchronized void await(Duration retry) throws InterruptedException {
    boolean isRetry = !retry.isZero();
    long end = System.nanoTime() + (isRetry ? retry : period.get()).toNanos();
    while (isRetry || !isDirty) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private synchronized void taken() {
    isDirty = false;
  }

  private boolean attempt() {
    List<String> before = problems;
    List<String> now = outcome();
    if (isClosing) {
      return true; // interrupted: nothing to tell
    }
    problems = now;
    now.stream()
        .filter(problem -> !before.contains(problem))
        .forEach(problem -> LOG.warn("{}: {}, trying again", name, problem));
    if (now.isEmpty() && !before.isEmpty()) {
      LOG.info("{}: works again", name);
    }
    return now.isEmpty();
  }

  private List<String> outcome() {
    try {
      return List.copyOf(round.run());
    } catch (DatastoreException e) {
      return List.of(String.valueOf(e.getMessage()));
    } catch (IpamException e) {
      return List.of(e.reason());
    } catch (RuntimeException e) {
      // what one resource does to one loop must not end the others
      List<String> outcome = List.of(e.toString());
      if (!outcome.equals(problems) && !isClosing) {
        LOG.error("{} failed in a way it should not", name, e);
      }
      return outcome;
    }
  }

  /// When it returns no round is under way.
  @Override
  public void close() {
    isClosing = true;
    thread.interrupt();
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
