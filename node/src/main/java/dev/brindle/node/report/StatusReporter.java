// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import dev.brindle.api.resource.CalicoNodeStatus;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.WriteResult;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the CalicoNodeStatus resources that ask this node: at once when one is new or asks for
/// something else, then each `updatePeriodSeconds` if that is not 0. Written is only what changed,
/// all of it or nothing.
public final class StatusReporter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);

  private static final String LAST_UPDATED = "lastUpdated";
  private static final int TRIES = 3;
  private static final Duration AFTER_FAULT = Duration.ofSeconds(5);

  /// At most this part of the time is spent for one of them, however often it asks.
  private static final int SHARE = 20;

  private final String node;
  private final Datastore datastore;
  private final NodeFacts facts;
  private final InstantSource clock;
  private final Thread thread;
  private final Feed feed;
  private final Map<ResourceKey, CalicoNodeStatus> asked = new TreeMap<>();
  private final Map<ResourceKey, Answer> answers = new HashMap<>();
  private boolean isInSync;

  /// What was last done for one of them.
  ///
  /// @param uid of the resource, which may go and come again under the same name
  /// @param spec that was answered
  /// @param next time of `System.nanoTime`, if there is a next time
  /// @param said what has been logged and holds still
  private record Answer(
      String uid, CalicoNodeStatus.Spec spec, Optional<Long> next, List<String> said) {

    boolean isOf(CalicoNodeStatus status) {
      return uid.equals(status.metadata().uid()) && spec.equals(status.spec());
    }
  }

  /// @param node whose daemon this is
  public StatusReporter(String node, Datastore datastore, NodeFacts facts, InstantSource clock) {
    this.node = node;
    this.datastore = datastore;
    this.facts = facts;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("node-status").start(this::run);
    this.feed = datastore.feed(List.of(ResourceKind.CALICO_NODE_STATUS), new Listener());
  }

  private final class Listener implements FeedListener {

    @Override
    public void changed(List<Change> changes) {
      changes.forEach(StatusReporter.this::take);
    }

    @Override
    public void inSync() {
      begin();
    }
  }

  private synchronized void take(Change change) {
    asked.remove(change.key());
    change
        .value()
        .map(CalicoNodeStatus.class::cast)
        .filter(status -> status.spec().node().equals(node))
        .ifPresentOrElse(
            status -> asked.put(change.key(), status), () -> answers.remove(change.key()));
    notifyAll();
  }

  private synchronized void begin() {
    isInSync = true;
    notifyAll();
  }

  private void run() {
    try {
      while (true) {
        CalicoNodeStatus due = next();
        long began = System.nanoTime();
        Answer before =
            before(due).orElseGet(() -> new Answer("", due.spec(), Optional.empty(), List.of()));
        List<String> said = answer(due, before.said());
        if (Thread.currentThread().isInterrupted()) {
          return; // it was closed midway
        }
        said.stream()
            .filter(line -> !before.said().contains(line))
            .forEach(line -> LOG.warn("{}: {}", due.key(), line));
        long now = System.nanoTime();
        done(
            due,
            new Answer(
                due.metadata().uid(), due.spec(), nextTime(due, said, now, now - began), said));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Optional<Answer> before(CalicoNodeStatus status) {
    return Optional.ofNullable(answers.get(status.key()));
  }

  private synchronized void done(CalicoNodeStatus status, Answer answer) {
    if (asked.containsKey(status.key())) {
      answers.put(status.key(), answer);
    }
  }

  private static Optional<Long> nextTime(
      CalicoNodeStatus status, List<String> said, long now, long spent) {
    Optional<Duration> period =
        status.spec().updatePeriodSeconds().filter(it -> it > 0).map(Duration::ofSeconds);
    boolean hasFailed = said.stream().anyMatch(line -> line.startsWith(FAILED));
    Optional<Duration> pause =
        hasFailed
            ? Optional.of(period.filter(it -> it.compareTo(AFTER_FAULT) < 0).orElse(AFTER_FAULT))
            : period;
    return pause.map(it -> now + Math.max(it.toNanos(), SHARE * spent));
  }

  /// Waits until one is due.
  private synchronized CalicoNodeStatus next() throws InterruptedException {
    while (true) {
      long now = System.nanoTime();
      long wait = Long.MAX_VALUE;
      for (CalicoNodeStatus status : asked.values()) {
        long left = left(status, now);
        if (isInSync && left <= 0) {
          return status;
        }
        wait = Math.min(wait, left);
      }
      if (isInSync && wait < Long.MAX_VALUE) {
        wait(Math.max(1, Duration.ofNanos(wait).toMillis()));
      } else {
        wait();
      }
    }
  }

  /// Nanoseconds until it is due.
  private long left(CalicoNodeStatus status, long now) {
    return before(status)
        .filter(last -> last.isOf(status))
        .map(last -> last.next().map(time -> time - now).orElse(Long.MAX_VALUE))
        .orElse(0L);
  }

  // ---- one answer

  private static final String FAILED = "its status cannot be written: ";

  /// Whatever goes wrong: a question must not cost the node its daemon.
  ///
  /// @param before what has been said of it
  /// @return what people should know
  private List<String> answer(CalicoNodeStatus seen, List<String> before) {
    try {
      StatusContent.Outcome content = StatusContent.of(seen.spec().classes(), facts);
      write(seen, content.status());
      return content.isWhole()
          ? List.of()
          : List.of(
              "a store takes no more than %,d routes of each family: there are more, which are left out"
                  .formatted(StatusContent.MOST_ROUTES));
    } catch (DatastoreException e) {
      return List.of(FAILED + e.getMessage());
    } catch (RuntimeException e) {
      String what = FAILED + e;
      if (!before.contains(what) && !Thread.currentThread().isInterrupted()) {
        LOG.error("{} failed in a way it should not", seen.key(), e);
      }
      return List.of(what);
    }
  }

  private void write(CalicoNodeStatus seen, Map<String, Object> content) {
    CalicoNodeStatus current = seen;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Map<String, Object> before = new LinkedHashMap<>(current.status());
      before.remove(LAST_UPDATED);
      if (before.equals(content)) {
        return;
      }
      Map<String, Object> status = new LinkedHashMap<>();
      status.put(LAST_UPDATED, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
      status.putAll(content);
      WriteResult result =
          datastore.updateStatus(new CalicoNodeStatus(current.metadata(), current.spec(), status));
      if (!(result instanceof WriteResult.Conflict(var there))
          || !(there instanceof CalicoNodeStatus other)
          || !other.spec().equals(seen.spec())) {
        return; // done, or gone, or the feed tells what else is asked for
      }
      current = other;
    }
    throw new DatastoreException("others write it all the time");
  }

  @Override
  public void close() {
    feed.close();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
