// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Which families a peer is telling again just now, with a beginning and an end (RFC 7313 §4.2).
/// What it had told before and does not tell again is to go at the end, or when that has not come
/// after a while. On the speaker's thread.
final class RefreshWatch {

  /// Until a lost end is taken as said.
  private static final Duration LONGEST = Duration.ofMinutes(6);

  /// A beginning within a beginning counts no sooner: each costs a walk over all that was told.
  private static final Duration LEAST_BETWEEN = Duration.ofSeconds(1);

  private final Map<Family, Running> running = new EnumMap<>(Family.class);
  private final Later later;
  private final Consumer<Family> mark;
  private final Consumer<Family> sweep;

  private static final class Running {
    private final Future<?> limit;
    private Future<?> pause;
    private boolean isRecent = true;

    private Running(Future<?> limit, Future<?> pause) {
      this.limit = limit;
      this.pause = pause;
    }

    private void cancel() {
      limit.cancel(false);
      pause.cancel(false);
    }
  }

  /// @param mark what was told may go, unless it is told again
  /// @param sweep what was not told again goes
  RefreshWatch(Later later, Consumer<Family> mark, Consumer<Family> sweep) {
    this.later = later;
    this.mark = mark;
    this.sweep = sweep;
  }

  boolean isRunning(Family family) {
    return running.containsKey(family);
  }

  void begin(Family family) {
    Running before = running.get(family);
    if (before != null && before.isRecent) {
      return;
    }
    if (before != null) {
      before.cancel();
    }
    running.put(
        family,
        new Running(
            later.after(LONGEST, () -> end(family)),
            later.after(LEAST_BETWEEN, () -> rested(family))));
    mark.accept(family);
  }

  private void rested(Family family) {
    Running now = running.get(family);
    if (now != null) {
      now.isRecent = false;
    }
  }

  /// Without a beginning it says nothing.
  void end(Family family) {
    Running over = running.remove(family);
    if (over != null) {
      over.cancel();
      sweep.accept(family);
    }
  }

  /// The session is over.
  void stop() {
    running.values().forEach(Running::cancel);
    running.clear();
  }
}
