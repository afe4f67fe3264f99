// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import java.time.Duration;
import java.time.Instant;

/// How often a peer's session may go down before its calls are refused for a while (RFC 4271
/// §8.1.1, DampPeerOscillations): each time it comes up it is told everything, and that costs the
/// others. Who restarts a few times in a row is not kept waiting.
///
/// @param left how many more at once
/// @param since when that was so
public record FlapAllowance(double left, Instant since) {

  /// At once.
  public static final int MOST = 20;

  /// One more each so often.
  public static final Duration PAUSE = Duration.ofSeconds(5);

  public static final FlapAllowance FULL = new FlapAllowance(MOST, Instant.EPOCH);

  /// The session has gone down once more.
  public FlapAllowance spent(Instant now) {
    return new FlapAllowance(Math.max(0, left(now) - 1), now);
  }

  /// Whether the peer has to wait.
  public boolean isSpent(Instant now) {
    return left(now) < 1;
  }

  private double left(Instant now) {
    double passed = Duration.between(since, now).toMillis();
    return Math.clamp(left + passed / PAUSE.toMillis(), 0, MOST);
  }
}
