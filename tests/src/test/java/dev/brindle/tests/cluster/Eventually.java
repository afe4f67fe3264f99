// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// How to wait for what a whole cluster does: for minutes, and asking seldom. Where a kernel runs
/// as a program of another, the daemons of two nodes take four minutes to start one after the
/// other.
final class Eventually {

  static final Duration PATIENCE = Duration.ofMinutes(8);

  private static final long PAUSE_NANOS = 100_000_000;

  private Eventually() {}

  /// @param what said, with what there is instead, when it is over
  static void until(Supplier<String> what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within %s: %s".formatted(PATIENCE, what.get()));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
