// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.Pace;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;

/// When what has changed in the tables is handed on: once all that waits for this thread already is
/// done, so that what changes often meanwhile is told once. Packets follow in every round, peers
/// hear of it at a pace. On the speaker's thread.
@SuppressWarnings("FutureReturnValueIgnored") // a round that comes too late does nothing
final class Rounds {

  private final EventExecutor executor;
  private final Tables tables;
  private final Runnable shown;
  private boolean isDue;
  private boolean isResting;
  private boolean isOver;
  private Pace pace;

  /// @param executor the speaker's thread
  /// @param shown is run when packets follow what there was, before peers hear of it
  Rounds(EventExecutor executor, Tables tables, Runnable shown) {
    this.executor = executor;
    this.tables = tables;
    this.shown = shown;
    this.pace = Pace.after(0, now());
  }

  /// By the clock that rests are measured with.
  private long now() {
    return executor.ticker().nanoTime();
  }

  /// Something has changed.
  void ask() {
    if (!isDue) {
      isDue = true;
      executor.execute(this::run);
    }
  }

  private void run() {
    isDue = false;
    if (!isOver) {
      tables.show();
      shown.run();
      tell();
    }
  }

  /// Now, or after a rest.
  private void tell() {
    long rest = pace.rest(now());
    if (rest == 0) {
      int sent = tables.tell();
      pace = Pace.after(sent, now());
    } else if (!isResting) {
      isResting = true;
      executor.schedule(this::rested, rest, TimeUnit.NANOSECONDS);
    }
  }

  private void rested() {
    isResting = false;
    if (!isOver) {
      tell();
    }
  }

  /// Nothing is handed on any more: peers keep our routes, and packets their ways.
  void freeze() {
    isOver = true;
  }

  /// One more, at once.
  void last() {
    run();
  }
}
