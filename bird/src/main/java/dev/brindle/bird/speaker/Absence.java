// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.Retention;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// How long what is kept of a peer may wait: for the peer to come back, and then for it to have
/// told everything again (RFC 4724 §4.2); as a last resort, until its time is over (RFC 9494
/// §4.2). On the speaker's thread.
final class Absence {

  /// How long a peer that is back may take to tell everything.
  private static final Duration LONGEST_TELLING = Duration.ofMinutes(6);

  private final Later later;
  private final Leftovers leftovers;
  private final Map<Family, Future<?>> telling = new EnumMap<>(Family.class);
  private final Map<Family, Future<?>> lastResort = new EnumMap<>(Family.class);
  private @Nullable Future<?> restart;

  /// What is still stale of the peer's routes.
  interface Leftovers {

    /// The peer did not come back in time.
    void overdue();

    /// They go.
    void sweep(Family family);

    /// They are used only where there is nothing else.
    void demote(Family family);
  }

  Absence(Later later, Leftovers leftovers) {
    this.later = later;
    this.leftovers = leftovers;
  }

  /// The session has ended, and what is kept is stale.
  void begin(Retention kept) {
    stopWaiting();
    for (Family family : Family.values()) {
      if (!kept.keeps(family)) {
        cancel(lastResort, family);
      } else if (!kept.families().contains(family)) {
        endure(kept, family);
      }
    }
    if (!kept.families().isEmpty()) {
      restart = later.after(kept.restart(), () -> overdue(kept));
    }
  }

  private void overdue(Retention kept) {
    restart = null;
    leftovers.overdue();
    kept.families().forEach(family -> endure(kept, family));
  }

  /// A time that runs already goes on: a peer that comes and goes gains none.
  private void endure(Retention kept, Family family) {
    Duration time = kept.longLived().get(family);
    if (time == null) {
      leftovers.sweep(family);
      return;
    }
    leftovers.demote(family);
    if (!lastResort.containsKey(family)) {
      limit(lastResort, family, time);
    }
  }

  private void limit(Map<Family, Future<?>> limits, Family family, Duration time) {
    Runnable end =
        () -> {
          cancel(limits, family);
          leftovers.sweep(family);
        };
    limits.put(family, later.after(time, end));
  }

  /// The peer is away, and may come back in time.
  boolean isWaiting() {
    return restart != null;
  }

  /// What is stale of the family is, at least in part, a last resort.
  boolean isLastResort(Family family) {
    return lastResort.containsKey(family);
  }

  /// The peer is back.
  ///
  /// @param kept families of which something is still stale
  void end(Set<Family> kept) {
    stopWaiting();
    for (Family family : Family.values()) {
      if (!kept.contains(family)) {
        cancel(lastResort, family);
      } else if (!lastResort.containsKey(family)) {
        limit(telling, family, LONGEST_TELLING);
      }
    }
  }

  /// The peer has told everything of a family.
  void heardAll(Family family) {
    cancel(telling, family);
    cancel(lastResort, family);
  }

  void stop() {
    stopWaiting();
    for (Family family : Family.values()) {
      cancel(lastResort, family);
    }
  }

  private void stopWaiting() {
    if (restart != null) {
      restart.cancel(false);
      restart = null;
    }
    for (Family family : Family.values()) {
      cancel(telling, family);
    }
  }

  private static void cancel(Map<Family, Future<?>> limits, Family family) {
    Future<?> limit = limits.remove(family);
    if (limit != null) {
      limit.cancel(false);
    }
  }
}
