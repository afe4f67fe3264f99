// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.FlapAllowance;
import java.time.Instant;
import java.util.Optional;

/// How the sessions of one peer have come and gone, and why there is none just now. On the
/// speaker's thread.
final class SessionHistory {

  private final AttemptNews news = new AttemptNews();
  private FlapAllowance allowance = FlapAllowance.FULL;
  private String reason = "";
  private long flaps;
  private Optional<Instant> lastDown = Optional.empty();
  private String lastReason = "";

  /// Why there is no session, as far as it is known; empty if there is one.
  String reason() {
    return reason;
  }

  /// How often a session has ended.
  long flaps() {
    return flaps;
  }

  Optional<Instant> lastDown() {
    return lastDown;
  }

  /// Why the last session ended; empty if none has.
  String lastReason() {
    return lastReason;
  }

  /// There can be no session for now.
  void held(String why) {
    reason = why;
  }

  void up() {
    reason = "";
    news.said("");
  }

  /// A session has ended, which somebody says aloud.
  ///
  /// @return whether that was once too often: from now on the peer's calls are refused for a while
  boolean down(String why, Instant now) {
    boolean wasFree = !isTooOften(now);
    allowance = allowance.spent(now);
    reason = why;
    flaps++;
    lastDown = Optional.of(now);
    lastReason = why;
    news.said(why);
    return wasFree && isTooOften(now);
  }

  /// There was no session to end.
  ///
  /// @return whether it is worth a line
  boolean failed(String why, Instant now) {
    reason = why;
    return news.isNews(why, now);
  }

  /// Whether the peer comes and goes so often that it has to wait.
  boolean isTooOften(Instant now) {
    return allowance.isSpent(now);
  }

  /// Somebody wants it to come now.
  void pardon() {
    allowance = FlapAllowance.FULL;
  }
}
