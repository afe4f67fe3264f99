// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The clock of this machine.
public final class ClockCheck {

  /// What the API server says is rounded to a second.
  private static final Duration ROUNDING = Duration.ofSeconds(1);

  private static final Duration TOLERATED = Duration.ofSeconds(1);

  private ClockCheck() {}

  /// @param isKept what the kernel says of who keeps it right
  /// @param ahead how far this clock is ahead of the API server's, at least; empty if not known
  public static List<Finding> of(boolean isKept, Optional<Duration> ahead) {
    List<Finding> found = new ArrayList<>();
    if (!isKept) {
      found.add(Symptom.CLOCK_FREE.at("the kernel says that nobody keeps the clock right"));
    }
    ahead
        .filter(each -> each.abs().compareTo(ROUNDING.plus(TOLERATED)) > 0)
        .ifPresent(
            each ->
                found.add(
                    Symptom.CLOCK_DIFFERS.at(
                        "this clock is %d s %s the API server's"
                            .formatted(
                                each.abs().toSeconds(),
                                each.isNegative() ? "behind" : "ahead of"))));
    return Finding.orOk(
        found, Check.CLOCK, ahead.isPresent() ? "kept right, as the API server's" : "kept right");
  }
}
