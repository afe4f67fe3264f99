// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.feed;

/// Rings when a store may hold news. Rings that nobody waited for are not lost.
public final class Bell {

  private long rings;

  public synchronized void ring() {
    rings++;
    notifyAll();
  }

  public synchronized long rings() {
    return rings;
  }

  /// Waits until it has rung more often than this.
  ///
  /// @return how often it has rung by now
  public synchronized long awaitMoreThan(long heard) throws InterruptedException {
    while (rings <= heard) {
      wait();
    }
    return rings;
  }
}
