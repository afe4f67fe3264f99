// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.FeedListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where a feed leaves its news for a command that waits for them. Only the newest of each resource
/// is kept, so a slow reader misses what was between, and never the end.
public final class StoreNews implements FeedListener {

  private Map<ResourceKey, Change> newest = new LinkedHashMap<>();
  private boolean isInSync;

  @Override
  public synchronized void changed(List<Change> changes) {
    changes.forEach(change -> newest.put(change.key(), change));
    notifyAll();
  }

  @Override
  public synchronized void inSync() {
    isInSync = true;
    notifyAll();
  }

  /// Waits until all that there was at the beginning is known, and takes it; may be nothing.
  public synchronized List<Change> takeFirst() throws InterruptedException {
    while (!isInSync) {
      wait();
    }
    return take();
  }

  /// Waits for news, then takes all of it.
  public synchronized List<Change> takeNext() throws InterruptedException {
    while (newest.isEmpty()) {
      wait();
    }
    return take();
  }

  private List<Change> take() {
    List<Change> taken = List.copyOf(newest.values());
    newest = new LinkedHashMap<>();
    return taken;
  }
}
