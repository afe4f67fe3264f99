// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

import java.time.Duration;

/// What a session with a peer should be.
///
/// @param interval between packets in both directions, while the session is up; 10 ms to 60 s
/// @param multiplier so many lost packets in a row mean loss of the path; 1 to 255
/// @param isMultihop the peer is not on the same link (RFC 5883)
/// @param isStrict no BGP session while this one is not up
public record BfdSettings(Duration interval, int multiplier, boolean isMultihop, boolean isStrict) {

  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(300);
  public static final int DEFAULT_MULTIPLIER = 3;

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int MAX_MULTIPLIER = 255;

  /// @throws IllegalArgumentException if a number is out of its range
  public BfdSettings {
    if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "BFD interval %d ms is not in 10..60000".formatted(interval.toMillis()));
    }
    if (multiplier < 1 || multiplier > MAX_MULTIPLIER) {
      throw new IllegalArgumentException(
          "BFD multiplier %d is not in 1..255".formatted(multiplier));
    }
  }

  /// To a neighbour on the same link, not strict.
  public static BfdSettings of(Duration interval, int multiplier) {
    return new BfdSettings(interval, multiplier, false, false);
  }

  public BfdSettings withMultihop(boolean changed) {
    return new BfdSettings(interval, multiplier, changed, isStrict);
  }

  public BfdSettings withStrict(boolean changed) {
    return new BfdSettings(interval, multiplier, isMultihop, changed);
  }

  long intervalMicros() {
    return interval.toNanos() / 1_000;
  }
}
