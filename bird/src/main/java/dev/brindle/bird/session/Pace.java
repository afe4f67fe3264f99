// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import java.time.Duration;

/// When peers are told again. Two thousand peers of whom each tells a little cost four million
/// messages, unless what comes meanwhile goes along: so it takes a rest that is longer than the
/// sending was, and what changes after a quiet time goes at once. Who is behind is not in a hurry
/// either, but fills up as soon as it reads.
///
/// @param next not before, in nanoseconds of a clock that only runs
public record Pace(long next) {

  /// Several times what one message to one peer costs.
  private static final Duration REST_FOR_EACH = Duration.ofNanos(100_000);

  private static final Duration LONGEST_REST = Duration.ofMillis(200);

  /// So few need no rest.
  private static final int FEW = 16;

  /// The peers have just been told.
  ///
  /// @param sent how often something was sent to a peer that now knows everything
  public static Pace after(int sent, long now) {
    long rest = sent < FEW ? 0 : Math.min(sent * REST_FOR_EACH.toNanos(), LONGEST_REST.toNanos());
    return new Pace(now + rest);
  }

  /// @return nanoseconds; 0 if they may be told at once
  public long rest(long now) {
    return Math.max(0, next - now);
  }
}
