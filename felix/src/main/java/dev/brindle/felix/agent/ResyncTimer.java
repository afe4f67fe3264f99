// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// When to compare with the kernel again. Not running until it is started, and never with a period
/// of zero.
final class ResyncTimer {

  /// Longer than anyone waits without news.
  static final Duration NEVER = Duration.ofHours(1);

  private Optional<Instant> due = Optional.empty();

  boolean isDue(Instant now) {
    return due.filter(time -> !now.isBefore(time)).isPresent();
  }

  /// Starts it, or again after it fired; a running one goes on.
  void restart(Instant now, Duration period) {
    if (period.isZero()) {
      due = Optional.empty();
    } else if (due.isEmpty() || isDue(now) || due.get().isAfter(now.plus(period))) {
      due = Optional.of(now.plus(period));
    }
  }

  Duration left(Instant now) {
    return due.map(time -> Duration.between(now, time))
        .map(left -> left.isNegative() ? Duration.ZERO : left)
        .orElse(NEVER);
  }
}
