// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// When a peer that never says so has told everything: it is idle enough to send a KEEPALIVE, and
/// then tells nothing for a while. On the speaker's thread.
final class Lull {

  /// Longer than a busy peer rests within its first table.
  static final Duration SILENCE = Duration.ofSeconds(2);

  private final Later later;
  private final Runnable over;
  private @Nullable Future<?> running;
  private long told;
  private long toldAtStart;

  /// @param over is run when the peer has been silent for long enough
  Lull(Later later, Runnable over) {
    this.later = later;
    this.over = over;
  }

  /// A KEEPALIVE came.
  void begin() {
    if (running == null) {
      watch();
    }
  }

  private void watch() {
    toldAtStart = told;
    running = later.after(SILENCE, this::look);
  }

  private void look() {
    if (told == toldAtStart) {
      over.run();
    } else {
      watch();
    }
  }

  /// It told something.
  void heard() {
    told++;
  }

  /// The session is over.
  void end() {
    if (running != null) {
      running.cancel(false);
      running = null;
    }
  }
}
