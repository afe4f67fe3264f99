// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.election.Election;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Lease;
import dev.brindle.datastore.Leases;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes part in the election on a thread of its own, and has the work done while it leads.
///
/// The thread may be held up by a store that does not answer, so whoever works asks `leads` before
/// each write: that is a matter of time only, and says no in time.
final class Leadership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /// Of a pause, so that candidates do not come all at once.
  private static final double JITTER = 0.2;

  /// Once more after somebody else was faster, or after an answer that got lost.
  private static final int TRIES = 2;

  /// The work, begun.
  @FunctionalInterface
  interface Work extends AutoCloseable {

    @Override
    void close();
  }

  private final String lease;
  private final Leases leases;
  private final InstantSource clock;
  private final LongSupplier ticks;
  private final RandomGenerator random;
  private final Supplier<Work> work;
  private final Thread thread;

  private volatile Election election;
  private volatile Optional<String> problem = Optional.of("nobody has been asked yet who leads");
  private boolean mustLook = true;
  private Optional<Work> running = Optional.empty();

  /// @param clock for what people read in the lease
  /// @param ticks nanoseconds of a clock that goes on steadily
  /// @param work is begun each time this one becomes the leader; must not take long to begin
  Leadership(
      String lease,
      Leases leases,
      Election election,
      InstantSource clock,
      LongSupplier ticks,
      RandomGenerator random,
      Supplier<Work> work) {
    this.lease = lease;
    this.leases = leases;
    this.election = election;
    this.clock = clock;
    this.ticks = ticks;
    this.random = random;
    this.work = work;
    this.thread = Thread.ofPlatform().daemon().name("leadership").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Whether a write may be begun now.
  boolean leads() {
    return election.leads(ticks.getAsLong());
  }

  /// Why it is not known who leads.
  Optional<String> problem() {
    return problem;
  }

  /// Who leads, as far as is known.
  Optional<String> leader() {
    return election.seen().map(seen -> seen.lease().holder()).filter(name -> !name.isEmpty());
  }

  private void run() {
    try {
      while (true) {
        step();
        TimeUnit.NANOSECONDS.sleep(pause().toNanos());
      }
    } catch (InterruptedException _) {
      LOG.debug("no candidate any more");
    }
  }

  private Duration pause() {
    long retry = election.terms().retry().toNanos();
    return Duration.ofNanos(
        leads() ? retry : retry + (long) (random.nextDouble() * JITTER * retry));
  }

  /// One attempt.
  void step() {
    try {
      attempt();
      problem.ifPresent(_ -> LOG.debug("the lease is known again"));
      problem = Optional.empty();
    } catch (DatastoreException e) {
      mustLook = true;
      String why = String.valueOf(e.getMessage());
      if (!problem.equals(Optional.of(why))) {
        LOG.warn("who leads is not known: {}", why);
      }
      problem = Optional.of(why);
    }
    follow();
  }

  private void attempt() {
    for (int i = 0; i < TRIES; i++) {
      if (mustLook || !leads()) {
        Optional<Lease> stored = leases.find(lease);
        election = election.saw(stored, ticks.getAsLong());
        mustLook = false;
      }
      Optional<Lease> bid = election.bid(lease, clock.instant(), ticks.getAsLong());
      if (bid.isEmpty()) {
        return;
      }
      long asked = ticks.getAsLong();
      Optional<Lease> written = leases.write(bid.get());
      if (written.isPresent()) {
        election = election.won(written.get(), asked);
        return;
      }
      election = election.outbid();
      mustLook = true;
    }
  }

  /// The work begins and ends with the lease.
  private void follow() {
    if (leads() && running.isEmpty()) {
      LOG.info("{} leads: the controllers work here", election.me());
      running = Optional.of(work.get());
    } else if (!leads() && running.isPresent()) {
      LOG.warn("{} does not lead any more: the controllers stop here", election.me());
      stopWork();
    }
  }

  private void stopWork() {
    running.ifPresent(Work::close);
    running = Optional.empty();
    election = election.steppedDown();
  }

  /// Stops the work, then gives the lease back, so that the next one need not wait.
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return; // whoever still works must not be followed by another
    }
    stopWork();
    Optional<Lease> free = election.release(clock.instant());
    try {
      if (free.isPresent() && leases.write(free.get()).isPresent()) {
        LOG.info("{} has given the lease back", election.me());
      }
    } catch (DatastoreException e) {
      LOG.warn("the lease is not given back, the next one waits for it: {}", e.getMessage());
    }
  }
}
