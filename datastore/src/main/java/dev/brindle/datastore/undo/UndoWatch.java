// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.undo;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// In each daemon: undoes what nobody confirmed where the process that was to do it is gone, or cut
/// off from the store by the very change. The one whose turn comes first does it; the others hear
/// that there is nothing left. In Kubernetes nodes may not write what people write, and leave it to
/// the controllers.
public final class UndoWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(UndoWatch.class);

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Datastore store;
  private final Duration delay;
  private final Thread thread;
  private final Feed feed;
  private List<UndoRecord> known = List.of();

  /// @param delay after the time of a change, different for each daemon: a thousand would be too
  ///     many at once
  public UndoWatch(Datastore store, Duration delay) {
    this.store = store;
    this.delay = delay;
    this.thread = Thread.ofVirtual().name("undo").start(this::run);
    this.feed = store.feed(List.of(ResourceKind.CLUSTER_INFORMATION), new Listener());
  }

  private final class Listener implements FeedListener {

    @Override
    public void changed(List<Change> changes) {
      for (Change change : changes) {
        if (change.key().equals(UndoRecords.PLACE)) {
          post(
              change
                  .value()
                  .map(found -> UndoRecords.readable(found.metadata()))
                  .orElse(List.of()));
        }
      }
    }

    @Override
    public void inSync() {
      // what there is was told before
    }
  }

  private synchronized void post(List<UndoRecord> records) {
    known = records;
    notifyAll();
  }

  private void run() {
    try {
      while (true) {
        UndoRecord record = takeDue();
        try {
          undo(record);
        } catch (DatastoreException e) {
          if (e.isRefusal()) {
            LOG.warn("{} is left to daemons that may undo it: {}", record, e.getMessage());
            forget(record);
          } else {
            LOG.warn("{} is not undone yet: {}", record, e.getMessage());
            Thread.sleep(PAUSE);
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits for one.
  private synchronized UndoRecord takeDue() throws InterruptedException {
    while (true) {
      Optional<UndoRecord> next =
          known.stream()
              .filter(record -> record.state() != UndoRecord.State.FAILED)
              .min(Comparator.comparing(UndoRecord::deadline));
      if (next.isEmpty()) {
        wait();
        continue;
      }
      long left = Duration.between(Instant.now(), next.get().deadline().plus(delay)).toMillis();
      if (left <= 0) {
        return next.get();
      }
      wait(left);
    }
  }

  private void undo(UndoRecord seen) {
    Optional<UndoRecord> now = new UndoRecords(store).find(seen.id());
    if (now.filter(record -> record.isDue(Instant.now())).isPresent()) {
      new Undo(store).run(seen.id()).ifPresent(outcome -> tell(seen, outcome));
    }
    forget(seen);
  }

  private static void tell(UndoRecord record, Undo.Outcome outcome) {
    if (outcome.faults().isEmpty()) {
      LOG.info("nobody confirmed {}: undone", record);
    } else {
      LOG.error("nobody confirmed {}: undone but for {}", record, outcome.faults());
    }
  }

  /// The feed tells it again if it is still there with another time.
  private synchronized void forget(UndoRecord seen) {
    known = known.stream().filter(record -> !record.equals(seen)).toList();
  }

  @Override
  public void close() {
    feed.close();
    thread.interrupt();
  }
}
