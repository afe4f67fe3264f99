// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Where other threads leave news for an owner. Only the newest value of each key is kept, so an
/// owner that falls behind gets bigger batches, and never more than one value per key.
final class Mailbox<K, V> {

  private Map<K, V> newest = new LinkedHashMap<>();

  /// Never waits.
  synchronized void post(K key, V value) {
    newest.put(key, value);
    notifyAll();
  }

  /// Waits for news, at most so long, then takes all of it. Nothing if there was none.
  synchronized List<V> take(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    long left = atMost.toNanos();
    while (newest.isEmpty() && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = deadline - System.nanoTime();
    }
    List<V> batch = new ArrayList<>(newest.values());
    newest = new LinkedHashMap<>();
    return batch;
  }
}
