// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.Retention;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How long what is kept of a peer may wait: for the peer to come back, and then for it to have
/// told everything again (RFC 4724 §4.2). On the speaker's thread.
final class Absence {

  /// How long a peer that is back may take to tell everything.
  private static final Duration LONGEST_TELLING = Duration.ofMinutes(6);

  private final Map<Family, Future<?>> limits = new EnumMap<>(Family.class);
  private final Later later;
  private final Consumer<Family> sweep;
  private @Nullable Future<?> restart;

  /// @param sweep what is still stale of a family goes
  Absence(Later later, Consumer<Family> sweep) {
    this.later = later;
    this.sweep = sweep;
  }

  /// The session has ended, and what the peer told of these families is stale.
  ///
  /// @param overdue is run when the peer has not come back in time
  void begin(Retention retention, Runnable overdue) {
    stop();
    if (retention.families().isEmpty()) {
      return;
    }
    restart =
        later.after(
            retention.restart(),
            () -> {
              restart = null;
              overdue.run();
              retention.families().forEach(sweep);
            });
  }

  /// The peer is away, and may come back in time.
  boolean isWaiting() {
    return restart != null;
  }

  /// The peer is back.
  ///
  /// @param kept families of which something is still stale
  void end(Set<Family> kept) {
    stop();
    kept.forEach(family -> limit(family, LONGEST_TELLING, () -> sweep.accept(family)));
  }

  private void limit(Family family, Duration time, Runnable work) {
    limits.put(
        family,
        later.after(
            time,
            () -> {
              heardAll(family);
              work.run();
            }));
  }

  /// The peer has told everything of a family.
  void heardAll(Family family) {
    Future<?> limit = limits.remove(family);
    if (limit != null) {
      limit.cancel(false);
    }
  }

  void stop() {
    if (restart != null) {
      restart.cancel(false);
      restart = null;
    }
    limits.values().forEach(limit -> limit.cancel(false));
    limits.clear();
  }
}
