// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/// One call at a time for each handle: what releases a handle neither comes between its being
/// counted and its getting addresses, nor before its count is put right. Calls for different
/// handles do not wait for each other, nor do those without one.
final class HandleTurns {

  private final Set<String> taken = new HashSet<>();

  <T> T inTurn(String handle, Supplier<T> work) {
    if (handle.isEmpty()) {
      return work.get();
    }
    take(handle);
    try {
      return work.get();
    } finally {
      giveBack(handle);
    }
  }

  /// An interrupt is passed on once it is our turn: to give up would leave it to nobody.
  private synchronized void take(String handle) {
    boolean isInterrupted = false;
    while (!taken.add(handle)) {
      try {
        wait();
      } catch (InterruptedException _) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void giveBack(String handle) {
    taken.remove(handle);
    notifyAll();
  }
}
