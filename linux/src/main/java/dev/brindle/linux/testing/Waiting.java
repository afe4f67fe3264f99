// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// How tests wait for what sends no event: seldom enough to be in nobody's way, and with a word of
/// what they waited for.
public final class Waiting {

  /// Costs nothing where all is well, and a slow machine has its time.
  public static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final long SHORTEST_NANOS = 50_000;
  private static final long LONGEST_NANOS = 20_000_000;

  private Waiting() {}

  public static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  /// @param what said when it is over
  public static void until(Supplier<String> what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long pause = SHORTEST_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within %s: %s".formatted(PATIENCE, what.get()));
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_NANOS);
    }
  }
}
