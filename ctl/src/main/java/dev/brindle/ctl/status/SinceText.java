// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/// A point in time as BIRD shows it: the time of day for the last 20 hours, else the date.
final class SinceText {

  private static final Duration TODAY = Duration.ofHours(20);

  private SinceText() {}

  static String of(Instant since, Instant now, ZoneId zone) {
    ZonedDateTime local = since.atZone(zone).truncatedTo(ChronoUnit.SECONDS);
    boolean isRecent = Duration.between(since, now).abs().compareTo(TODAY) < 0;
    return isRecent
        ? "%02d:%02d:%02d".formatted(local.getHour(), local.getMinute(), local.getSecond())
        : local.toLocalDate().toString();
  }
}
