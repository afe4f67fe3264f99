// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import java.time.Duration;

/// How often to ask a cache, how long to wait after a failure, and how long what it said holds
/// without it (RFC 8210 §6).
public record RtrTiming(Duration refresh, Duration retry, Duration expire) {

  /// RFC 8210 §6.
  public static final RtrTiming DEFAULT =
      new RtrTiming(Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofHours(2));

  private static final int MAX_REFRESH = 86_400;
  private static final int MAX_RETRY = 7_200;
  private static final int MIN_EXPIRE = 600;
  private static final int MAX_EXPIRE = 172_800;

  /// @throws IllegalArgumentException if a time is out of its range, or nothing would be asked
  ///     before it expires
  public RtrTiming {
    check("refresh", refresh, 1, MAX_REFRESH);
    check("retry", retry, 1, MAX_RETRY);
    check("expire", expire, MIN_EXPIRE, MAX_EXPIRE);
    if (expire.compareTo(refresh) <= 0 || expire.compareTo(retry) <= 0) {
      throw new IllegalArgumentException(
          "expire %d s is not longer than refresh %d s and retry %d s"
              .formatted(expire.toSeconds(), refresh.toSeconds(), retry.toSeconds()));
    }
  }

  private static void check(String name, Duration time, long least, long most) {
    if (time.toSeconds() < least || time.toSeconds() > most) {
      throw new IllegalArgumentException(
          "%s %d s is not in %d..%d".formatted(name, time.toSeconds(), least, most));
    }
  }

  /// What a cache said, each time moved into its range.
  static RtrTiming ofCache(long refresh, long retry, long expire) {
    long longest = Math.clamp(expire, MIN_EXPIRE, MAX_EXPIRE);
    return new RtrTiming(
        Duration.ofSeconds(Math.clamp(refresh, 1, Math.min(MAX_REFRESH, longest - 1))),
        Duration.ofSeconds(Math.clamp(retry, 1, Math.min(MAX_RETRY, longest - 1))),
        Duration.ofSeconds(longest));
  }
}
