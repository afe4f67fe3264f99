// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// Time that passes when a test says so.
final class HandTimer implements Later {

  private final List<Entry> entries = new ArrayList<>();
  private Duration now = Duration.ZERO;

  private record Entry(Duration at, FutureTask<?> task) {}

  @Override
  public Future<?> after(Duration pause, Runnable work) {
    FutureTask<?> task = new FutureTask<>(work, null);
    entries.add(new Entry(now.plus(pause), task));
    return task;
  }

  void pass(Duration time) {
    now = now.plus(time);
    for (Entry entry : List.copyOf(entries)) {
      if (entry.at().compareTo(now) <= 0) {
        entries.remove(entry);
        entry.task().run(); // nothing if it was cancelled
      }
    }
  }

  /// How many are still to run.
  long waiting() {
    return entries.stream().filter(entry -> !entry.task().isDone()).count();
  }
}
