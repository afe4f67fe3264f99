// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.HashSet;
import java.util.Set;

/// One call at a time for each pod; calls for different pods do not wait for each other.
final class Turns {

  private final Set<String> taken = new HashSet<>();

  /// Waits until nobody else has the key.
  synchronized Turn take(String key) throws InterruptedException {
    while (!taken.add(key)) {
      wait();
    }
    return new Turn(key);
  }

  private synchronized void giveBack(String key) {
    taken.remove(key);
    notifyAll();
  }

  final class Turn implements AutoCloseable {

    private final String key;

    private Turn(String key) {
      this.key = key;
    }

    @Override
    public void close() {
      giveBack(key);
    }
  }
}
