// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/// How long ago something was, as routers show it: `00:03:20`, `3d04h`, `5w2d`.
final class AgeText {

  private static final int DAYS_OF_WEEK = 7;
  private static final int WEEKS_FROM = 14;

  private AgeText() {}

  /// @return `?` if it is no point in time
  static String since(String instant, Instant now) {
    try {
      return of(Duration.between(Instant.parse(instant), now));
    } catch (DateTimeParseException e) {
      return "?"; // a daemon of another version
    }
  }

  /// What has yet to come counts as now: clocks of the two are one, but may be set back.
  static String of(Duration age) {
    Duration shown = age.isNegative() ? Duration.ZERO : age;
    long days = shown.toDays();
    if (days >= WEEKS_FROM) {
      return "%dw%dd".formatted(days / DAYS_OF_WEEK, days % DAYS_OF_WEEK);
    }
    return days > 0
        ? "%dd%02dh".formatted(days, shown.toHoursPart())
        : "%02d:%02d:%02d"
            .formatted(shown.toHoursPart(), shown.toMinutesPart(), shown.toSecondsPart());
  }
}
