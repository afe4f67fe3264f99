// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static dev.brindle.bird.session.SessionTimer.CONNECT_RETRY;
import static dev.brindle.bird.session.SessionTimer.IDLE_HOLD;

import dev.brindle.bird.session.SessionAction.SetTimer;
import java.time.Duration;
import java.util.Optional;

/// How long a session waits before what comes next.
///
/// @param jitter how much of its time a timer runs, 0.75 to 1 (RFC 4271 §10)
record Pauses(double jitter) {

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration AFTER_LOSS = Duration.ofSeconds(1);
  private static final Duration AFTER_ERROR = Duration.ofSeconds(5);
  private static final Duration LONGEST_AFTER_ERROR = Duration.ofSeconds(30);
  private static final Duration AFTER_UNTENABLE = Duration.ofMinutes(1);
  private static final int MAX_DOUBLINGS = 6;

  /// After so many failed attempts in a row.
  SetTimer beforeRetry(int failures, Duration longest) {
    return timer(CONNECT_RETRY, doubled(FIRST_RETRY, failures - 1, longest));
  }

  SetTimer afterLoss() {
    return timer(IDLE_HOLD, AFTER_LOSS);
  }

  SetTimer afterError(int failures) {
    return timer(IDLE_HOLD, doubled(AFTER_ERROR, failures, LONGEST_AFTER_ERROR));
  }

  /// @param laidDown is kept to the letter
  SetTimer afterUntenable(Optional<Duration> laidDown) {
    return laidDown
        .map(it -> new SetTimer(IDLE_HOLD, it))
        .orElseGet(() -> timer(IDLE_HOLD, AFTER_UNTENABLE));
  }

  private static Duration doubled(Duration first, int times, Duration longest) {
    Duration pause = first.multipliedBy(1L << Math.clamp(times, 0, MAX_DOUBLINGS));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  SetTimer timer(SessionTimer timer, Duration duration) {
    return new SetTimer(timer, Duration.ofNanos((long) (duration.toNanos() * jitter)));
  }
}
