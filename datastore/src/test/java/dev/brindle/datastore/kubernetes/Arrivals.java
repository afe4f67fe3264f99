// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.FeedListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Counts what a feed tells and keeps nothing of it; notes when one key was heard of.
final class Arrivals implements FeedListener {

  private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(240);

  private long count;
  private boolean isInSync;
  private Optional<ResourceKey> expected = Optional.empty();
  private long heardAt;

  @Override
  public synchronized void changed(List<Change> changes) {
    count += changes.size();
    if (expected
        .filter(key -> changes.stream().anyMatch(each -> each.key().equals(key)))
        .isPresent()) {
      heardAt = System.nanoTime();
      expected = Optional.empty();
      notifyAll();
    }
  }

  @Override
  public synchronized void inSync() {
    isInSync = true;
    notifyAll();
  }

  synchronized long count() {
    return count;
  }

  synchronized void awaitInSync() throws InterruptedException {
    while (!isInSync) {
      wait(PATIENCE_MILLIS);
    }
  }

  synchronized void expect(ResourceKey key) {
    expected = Optional.of(key);
  }

  /// @return when it was heard of, in nanoseconds
  synchronized long awaitExpected() throws InterruptedException {
    while (expected.isPresent()) {
      wait(PATIENCE_MILLIS);
    }
    return heardAt;
  }
}
