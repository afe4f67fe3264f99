// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Time and chance. A clock that jumps moves no deadline.
///
/// @param origin of `now`, in `System.nanoTime`
record Ticker(InstantSource clock, RandomGenerator random, long origin) {

  static Ticker of(InstantSource clock, RandomGenerator random) {
    return new Ticker(clock, random, System.nanoTime());
  }

  /// Nanoseconds since the start.
  long now() {
    return System.nanoTime() - origin;
  }

  /// For people.
  Instant instant() {
    return clock.instant();
  }

  /// 0 to 1.
  double jitter() {
    return random.nextDouble();
  }
}
