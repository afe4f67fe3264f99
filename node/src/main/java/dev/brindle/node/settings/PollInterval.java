// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How often the node's addresses are looked for again (`AUTODETECT_POLL_INTERVAL`), as Go writes
/// durations: `60s`, `1m30s`, `1.5s`. `0` is never.
final class PollInterval {

  static final String VARIABLE = "AUTODETECT_POLL_INTERVAL";

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Pattern PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(h|ms|m|s)");
  private static final Pattern WHOLE = Pattern.compile("0|(?:" + PART.pattern() + "){1,8}");

  private PollInterval() {}

  /// @return zero for never
  /// @throws BadSettingException if it is no duration, or one too short to be meant
  static Duration parse(String text) {
    Duration interval = WHOLE.matcher(text).matches() ? sum(text) : Duration.ofNanos(-1);
    if (!interval.isZero() && interval.compareTo(SHORTEST) < 0) {
      throw new BadSettingException(
          VARIABLE, text, "a duration such as 60s, not below 100ms, or 0 for never");
    }
    return interval;
  }

  private static Duration sum(String text) {
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      double number = Double.parseDouble(part.group(1));
      double millis =
          switch (part.group(2)) {
            case "h" -> number * 3_600_000;
            case "m" -> number * 60_000;
            case "s" -> number * 1000;
            default -> number;
          };
      sum = sum.plusMillis(Math.round(millis));
    }
    return sum;
  }
}
