// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits for something that only shows when looked at, such as another program's readiness.
public final class Await {

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final CountDownLatch NEVER = new CountDownLatch(1);

  private Await() {}

  /// What may be the case, or not yet.
  @FunctionalInterface
  public interface Condition {

    /// @return why not; empty if it is
    Optional<String> missing() throws InterruptedException;
  }

  /// @throws ProgramFailure with the last reason, after a minute and a half
  public static void until(Condition condition) throws InterruptedException {
    until(condition, PATIENCE);
  }

  public static void until(Condition condition, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Optional<String> missing = condition.missing();
    while (missing.isPresent()) {
      if (System.nanoTime() > deadline) {
        throw new ProgramFailure(missing.get() + " (after %d s)".formatted(patience.toSeconds()));
      }
      pause(PAUSE);
      missing = condition.missing();
    }
  }

  /// A pause that an interrupt ends.
  static void pause(Duration length) throws InterruptedException {
    if (NEVER.await(length.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IllegalStateException("nobody counts this down");
    }
  }
}
