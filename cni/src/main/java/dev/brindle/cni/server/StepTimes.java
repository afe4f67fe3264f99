// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// How long each step of a call took, for whoever asks why a pod started slowly. One thread's.
final class StepTimes {

  private final LongSupplier nanoClock;
  private final long begin;
  private final List<String> steps = new ArrayList<>();
  private long last;

  StepTimes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.begin = nanoClock.getAsLong();
    this.last = begin;
  }

  /// What was done since the last step, or since the beginning.
  void done(String step) {
    long now = nanoClock.getAsLong();
    steps.add("%s %d".formatted(step, Duration.ofNanos(now - last).toMillis()));
    last = now;
  }

  /// For example `24 ms: addresses 3, interfaces 8, endpoint 2, policy 11`.
  @Override
  public String toString() {
    return "%d ms: %s"
        .formatted(Duration.ofNanos(last - begin).toMillis(), String.join(", ", steps));
  }
}
