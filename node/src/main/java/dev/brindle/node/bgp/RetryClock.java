// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import java.time.Duration;

/// When changes that the kernel refused are tried again: ever less often by themselves, soon when
/// something happened that may help, and never so often that many refused ones take more than a
/// part of the time, whatever others do to their routes.
final class RetryClock {

  static final long NEVER = Long.MAX_VALUE;

  private static final long FIRST = Duration.ofSeconds(2).toNanos();
  private static final long LAST = Duration.ofMinutes(1).toNanos();
  private static final long REST = Duration.ofMillis(100).toNanos();

  /// Some five times what it takes the kernel to refuse one.
  private static final long REST_FOR_EACH = Duration.ofNanos(50_000).toNanos();

  private long pause = FIRST;
  private long next = NEVER;
  private long mayBeSoonAt;

  /// @param now a time as of `System.nanoTime`
  RetryClock(long now) {
    mayBeSoonAt = now;
  }

  /// A batch was refused in part.
  void refused(long now) {
    if (next == NEVER) {
      next = now + pause;
      pause = Math.min(2 * pause, LAST);
    }
  }

  /// A batch was taken.
  void taken() {
    pause = FIRST;
  }

  /// Something happened that may help.
  void hurry(long now) {
    if (next != NEVER) {
      long soon = now - mayBeSoonAt < 0 ? mayBeSoonAt : now;
      next = soon - next < 0 ? soon : next;
    }
  }

  /// When to try again, or `NEVER`.
  long next() {
    return next;
  }

  boolean isDue(long now) {
    return next != NEVER && next - now <= 0;
  }

  /// It is tried now.
  ///
  /// @param many so many
  void tried(long now, int many) {
    next = NEVER;
    mayBeSoonAt = now + REST + many * REST_FOR_EACH;
  }
}
