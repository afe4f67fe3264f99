// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Tries again when someone else was faster: a bounded number of times, with a growing pause that
/// differs from the others'.
final class WriteRetry {

  private static final int ATTEMPTS = 100;
  private static final Duration FIRST_PAUSE = Duration.ofNanos(200_000);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

  private final RandomGenerator random;

  /// @param random safe for threads
  WriteRetry(RandomGenerator random) {
    this.random = random;
  }

  /// @param attempt reads, decides and writes; empty if someone else was faster
  /// @throws IpamException if that goes on
  <T> T until(Supplier<Optional<T>> attempt) {
    long pause = FIRST_PAUSE.toNanos();
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<T> result = attempt.get();
      if (result.isPresent()) {
        return result.get();
      }
      LockSupport.parkNanos(random.nextLong(pause / 2, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE.toNanos());
    }
    throw new IpamException("Max retries hit - excessive concurrent IPAM requests");
  }
}
