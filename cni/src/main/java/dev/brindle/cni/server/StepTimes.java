// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// How long each step of a call took, for whoever asks why a pod started slowly. One thread's.
final class StepTimes {

  private static final long TENTH = 100_000;

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
    steps.add(step + " " + millis(now - last));
    last = now;
  }

  /// For example `9.1 ms: addresses 2.5, endpoint 0.9, interfaces 3.7, policy 2.0`.
  @Override
  public String toString() {
    return millis(last - begin) + " ms: " + String.join(", ", steps);
  }

  /// Rounded to tenths.
  private static String millis(long nanos) {
    long tenths = (nanos + TENTH / 2) / TENTH;
    return tenths / 10 + "." + tenths % 10;
  }
}
