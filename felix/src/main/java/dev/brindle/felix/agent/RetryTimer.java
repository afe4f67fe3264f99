// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// When to try again what the kernel refused: after 100 ms, then twice as long each time, up to ten
/// seconds, for ever. Without jitter: nobody else waits for this kernel.
final class RetryTimer {

  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LAST = Duration.ofSeconds(10);

  private Optional<Instant> due = Optional.empty();
  private Duration pause = FIRST;

  void failed(Instant now) {
    due = Optional.of(now.plus(pause));
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LAST) < 0 ? doubled : LAST;
  }

  void succeeded() {
    due = Optional.empty();
    pause = FIRST;
  }

  boolean isDue(Instant now) {
    return due.filter(time -> !now.isBefore(time)).isPresent();
  }

  Duration left(Instant now) {
    return due.map(time -> Duration.between(now, time))
        .map(left -> left.isNegative() ? Duration.ZERO : left)
        .orElse(ResyncTimer.NEVER);
  }
}
