// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import java.time.Duration;
import java.util.Optional;

/// How many accepted prefixes one peer may tell.
///
/// @param warning at which part of it a warning is logged, in percent
/// @param restart when it may come back after a session was ended; empty for the usual pause, which
///     grows
public record PrefixLimit(int prefixes, int warning, Excess excess, Optional<Duration> restart) {

  /// Twice the Internet's table: no peer that is right gets there.
  public static final PrefixLimit DEFAULT = of(2_000_000);

  private static final int DEFAULT_WARNING = 75;
  private static final Duration LONGEST_RESTART = Duration.ofDays(1);

  /// @throws IllegalArgumentException if a number is out of its range
  public PrefixLimit {
    if (prefixes < 1) {
      throw new IllegalArgumentException("prefix limit %d is less than 1".formatted(prefixes));
    }
    if (warning < 1 || warning > 100) {
      throw new IllegalArgumentException("warning %d is not in 1..100".formatted(warning));
    }
    restart.ifPresent(PrefixLimit::check);
  }

  private static void check(Duration restart) {
    if (restart.toSeconds() < 1 || restart.compareTo(LONGEST_RESTART) > 0) {
      throw new IllegalArgumentException(
          "restart after %d s is not in 1..%d".formatted(restart.toSeconds(), 86_400));
    }
  }

  /// Ends the session of who tells more.
  public static PrefixLimit of(int prefixes) {
    return new PrefixLimit(prefixes, DEFAULT_WARNING, Excess.DROP, Optional.empty());
  }

  public Standing standing(int count) {
    if (count > prefixes) {
      return Standing.BEYOND;
    }
    return count * 100L >= (long) prefixes * warning ? Standing.NEAR : Standing.WITHIN;
  }

  /// How a number of prefixes stands to the limit.
  public enum Standing {
    WITHIN,
    /// As many as are worth a warning.
    NEAR,
    BEYOND
  }

  /// What becomes of a peer that tells too many.
  public enum Excess {
    /// Its session ends, with Cease/1.
    DROP,
    /// It is logged.
    WARN
  }
}
