// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Keeps what a feed says there is, and notes each step back.
public final class OrderListener implements FeedListener {

  private final Map<ResourceKey, Resource> now = new HashMap<>();
  private final Map<ResourceKey, Long> newest = new HashMap<>();
  private final List<String> disorder = new ArrayList<>();

  @Override
  public synchronized void changed(List<Change> changes) {
    for (Change change : changes) {
      change.value().ifPresentOrElse(this::put, () -> now.remove(change.key()));
    }
    notifyAll();
  }

  private void put(Resource resource) {
    long revision = Long.parseLong(resource.metadata().resourceVersion());
    Long before = newest.put(resource.key(), revision);
    if (before != null && before >= revision) {
      disorder.add("%s: %d after %d".formatted(resource.key(), revision, before));
    }
    now.put(resource.key(), resource);
  }

  @Override
  public void inSync() {}

  public synchronized void await(Resource resource) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!resource.equals(now.get(resource.key()))) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new AssertionError("waited in vain for " + resource);
      }
      wait(left);
    }
  }

  public synchronized Map<ResourceKey, Resource> now() {
    return Map.copyOf(now);
  }

  public synchronized List<String> disorder() {
    return List.copyOf(disorder);
  }
}
