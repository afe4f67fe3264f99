// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import java.util.concurrent.locks.LockSupport;

/// A thread that wants the processor all five milliseconds, as long as it is open, and notes when
/// it did not get it.
final class Heartbeat implements AutoCloseable {

  private static final long BEAT_NANOS = 5_000_000;
  private static final long PAUSE_NANOS = 100_000_000;

  private volatile boolean hasPaused;
  private volatile boolean isOver;

  Heartbeat() {
    Thread.ofPlatform().name("heartbeat").daemon().start(this::run);
  }

  private void run() {
    long last = System.nanoTime();
    while (!isOver) {
      LockSupport.parkNanos(BEAT_NANOS);
      long now = System.nanoTime();
      if (now - last > PAUSE_NANOS) {
        hasPaused = true;
      }
      last = now;
    }
  }

  /// Whether the machine had no time for it once.
  boolean hasPaused() {
    return hasPaused;
  }

  @Override
  public void close() {
    isOver = true;
  }
}
