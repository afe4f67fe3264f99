// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finishes DELs that were answered while the store was away, once it is back: on a thread of its
/// own, for as long as the daemon lives, and first of all those that an earlier daemon left.
public final class DeleteFinisher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeleteFinisher.class);

  private final PendingDeletes pending;
  private final CniCalls calls;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private Optional<String> problem = Optional.empty();

  private DeleteFinisher(PendingDeletes pending, CniCalls calls, Duration interval) {
    this.pending = pending;
    this.calls = calls;
    this.thread = Thread.ofPlatform().daemon().name("late-deletes").unstarted(() -> run(interval));
  }

  /// @param interval between two looks
  public static DeleteFinisher start(PendingDeletes pending, CniCalls calls, Duration interval) {
    var finisher = new DeleteFinisher(pending, calls, interval);
    finisher.thread.start();
    return finisher;
  }

  private void run(Duration interval) {
    try {
      do {
        if (calls.isOwed(pending) && !pending.isStoreAway()) {
          finish();
        }
      } while (!closed.await(interval.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      LOG.debug("late deletes are left to the next daemon: {}", pending.size());
    }
  }

  private void finish() throws InterruptedException {
    int before = pending.size();
    Optional<String> found = attempt();
    int done = before - pending.size();
    if (done > 0) {
      LOG.info("{} late deletes are done, {} are left", done, pending.size());
    }
    if (found.isPresent() && !found.equals(problem)) {
      LOG.warn("late deletes are left, {} of them: {}", pending.size(), found.get());
    }
    problem = found;
  }

  /// A fault must not end the thread: other deletes are waiting.
  private Optional<String> attempt() throws InterruptedException {
    try {
      return calls.finish(pending);
    } catch (RuntimeException e) {
      LOG.debug("a late delete failed in a way it should not", e);
      return Optional.of(e.toString());
    }
  }

  /// What is not done is left to the next daemon.
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
