// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.SessionTimer;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The running timers of one session, on the speaker's thread. Setting one again costs nothing but
/// a store: it is looked at when the earlier one would have rung.
final class SessionTimers {

  private final EventExecutor speaker;
  private final Consumer<SessionTimer> ring;
  private final Map<SessionTimer, Long> deadlines = new EnumMap<>(SessionTimer.class);
  private final Map<SessionTimer, Alarm> alarms = new EnumMap<>(SessionTimer.class);

  private record Alarm(long at, Future<?> task) {}

  SessionTimers(EventExecutor speaker, Consumer<SessionTimer> ring) {
    this.speaker = speaker;
    this.ring = ring;
  }

  void set(SessionTimer timer, Duration duration) {
    long deadline = System.nanoTime() + duration.toNanos();
    deadlines.put(timer, deadline);
    Alarm alarm = alarms.get(timer);
    if (alarm == null) {
      schedule(timer, deadline);
    } else if (deadline - alarm.at() < 0) {
      alarm.task().cancel(false);
      schedule(timer, deadline);
    }
  }

  void stop(SessionTimer timer) {
    deadlines.remove(timer);
  }

  void stopAll() {
    deadlines.clear();
    alarms.values().forEach(alarm -> alarm.task().cancel(false));
    alarms.clear();
  }

  private void schedule(SessionTimer timer, long at) {
    long delay = Math.max(0, at - System.nanoTime());
    alarms.put(
        timer, new Alarm(at, speaker.schedule(() -> look(timer), delay, TimeUnit.NANOSECONDS)));
  }

  private void look(SessionTimer timer) {
    alarms.remove(timer);
    Long deadline = deadlines.get(timer);
    if (deadline == null) {
      return;
    }
    if (deadline - System.nanoTime() > 0) {
      schedule(timer, deadline);
    } else {
      deadlines.remove(timer);
      ring.accept(timer);
    }
  }
}
