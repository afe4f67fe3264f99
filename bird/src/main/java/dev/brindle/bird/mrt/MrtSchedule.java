// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import java.time.Duration;

/// Files that are written again and again.
///
/// @param interval how long until the next one begins
/// @param keep how many stay; older ones are deleted
public record MrtSchedule(FilePattern files, Duration interval, int keep) {

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofDays(30);
  private static final int MOST_KEPT = 100_000;

  /// @throws IllegalArgumentException if that cannot be
  public MrtSchedule {
    if (interval.compareTo(LEAST) < 0 || interval.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("interval is not in 1s..720h");
    }
    if (keep < 1 || keep > MOST_KEPT) {
      throw new IllegalArgumentException("keep is not in 1..%d".formatted(MOST_KEPT));
    }
    if (keep > 1 && !files.isTimed()) {
      throw new IllegalArgumentException(
          "%s is one file, and keep %d: put the time in its name, as rib.%%Y%%m%%d.%%H%%M%%S.mrt"
              .formatted(files, keep));
    }
  }
}
