// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.time.Duration;
import java.time.Instant;

/// Which failed attempts are worth a line: another reason than the last that was said, and not too
/// soon after it, so that a peer whose attempts fail in turns fills no log. On the speaker's
/// thread.
final class AttemptNews {

  static final Duration SILENCE = Duration.ofSeconds(5);

  private String said = "";
  private Instant quietUntil = Instant.MIN;

  /// If so it counts as said.
  boolean isNews(String why, Instant now) {
    if (why.equals(said) || now.isBefore(quietUntil)) {
      return false;
    }
    said = why;
    quietUntil = now.plus(SILENCE);
    return true;
  }

  /// It was said elsewhere; empty for nothing.
  void said(String why) {
    said = why;
  }
}
