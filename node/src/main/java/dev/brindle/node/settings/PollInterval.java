// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.validation.Durations;
import java.time.Duration;

/// How often the node's addresses are looked for again (`AUTODETECT_POLL_INTERVAL`), as Go writes
/// durations: `60s`, `1m30s`, `1.5s`. `0` is never.
final class PollInterval {

  static final String VARIABLE = "AUTODETECT_POLL_INTERVAL";

  private static final Duration SHORTEST = Duration.ofMillis(100);

  private PollInterval() {}

  /// @return zero for never
  /// @throws BadSettingException if it is no duration, or one too short to be meant
  static Duration parse(String text) {
    Duration interval = Durations.tryParse(text).orElse(Duration.ofNanos(-1));
    if (!interval.isZero() && interval.compareTo(SHORTEST) < 0) {
      throw new BadSettingException(
          VARIABLE, text, "a duration such as 60s, not below 100ms, or 0 for never");
    }
    return interval;
  }
}
