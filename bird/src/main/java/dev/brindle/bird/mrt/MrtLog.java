// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

/// The messages of sessions as files.
///
/// @param most octets of one file; a message more begins the next
/// @param sent ours too, not only those of peers
public record MrtLog(MrtSchedule schedule, long most, boolean sent) {

  public static final long USUAL = 64L << 20;

  private static final long LEAST = 1L << 20;
  private static final long MOST = 16L << 30;

  /// @throws IllegalArgumentException if that cannot be
  public MrtLog {
    if (most < LEAST || most > MOST) {
      throw new IllegalArgumentException("maxOctets is not in %d..%d".formatted(LEAST, MOST));
    }
  }
}
