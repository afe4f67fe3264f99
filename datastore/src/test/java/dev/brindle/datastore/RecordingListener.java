// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Writes down what a feed tells, and lets a test wait for it.
public final class RecordingListener implements FeedListener {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final List<String> log = new ArrayList<>();
  private String refusal = "";

  @Override
  public synchronized void changed(List<Change> changes) {
    changes.forEach(change -> log.add((change.value().isPresent() ? "+" : "-") + change.key()));
    notifyAll();
  }

  @Override
  public synchronized void inSync() {
    log.add("in sync");
    notifyAll();
  }

  @Override
  public synchronized void failed(String why, boolean isRefusal) {
    refusal = isRefusal ? why : refusal;
    notifyAll();
  }

  /// Why the store does not allow what is asked.
  public synchronized String awaitRefusal() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (refusal.isEmpty() && System.nanoTime() < end) {
      wait(100);
    }
    return refusal;
  }

  public synchronized List<String> log() {
    return List.copyOf(log);
  }

  public void awaitInSync() throws InterruptedException {
    await("in sync");
  }

  public void await(String line) throws InterruptedException {
    awaitThat(heard -> heard.contains(line));
  }

  public void awaitSize(int size) throws InterruptedException {
    awaitThat(heard -> heard.size() >= size);
  }

  private synchronized void awaitThat(Predicate<List<String>> condition)
      throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.test(log)) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("waited in vain; heard " + log);
      }
      wait(left);
    }
  }
}
