// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.speaker.ListenException;
import dev.brindle.bird.topology.SpeakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Reads the file again each time it is asked to, says what changes, and makes it so; what cannot
/// be used changes nothing.
///
/// @param speaker makes it so, or throws a ListenException and leaves all as it is
/// @param confirm how long to wait for a second wish before a reload is undone
/// @param wishes one for each SIGHUP
/// @param out a line for people
record Reload(
    SpeakerPlanFile file,
    Consumer<SpeakerConfig> speaker,
    Optional<Duration> confirm,
    Semaphore wishes,
    Consumer<String> out) {

  /// Waits for a wish and fulfils it.
  ///
  /// @return what holds from now on
  SpeakerPlan await(SpeakerPlan current) throws InterruptedException {
    wishes.acquire();
    wishes.drainPermits(); // the file is read once for all of them
    Optional<SpeakerPlan> wanted = read(current);
    if (wanted.isEmpty()) {
      return current;
    }
    List<String> changes = SpeakerDiff.between(current, wanted.get());
    changes.forEach(out);
    if (changes.isEmpty()) {
      out.accept("reload: nothing changes");
      return wanted.get();
    }
    if (!apply(wanted.get())) {
      return current;
    }
    out.accept("reload: done");
    return confirm.isPresent() ? confirmed(current, wanted.get(), confirm.get()) : wanted.get();
  }

  private Optional<SpeakerPlan> read(SpeakerPlan current) {
    try {
      SpeakerPlan wanted = file.read();
      if (!wanted.kernel().equals(current.kernel())) {
        return nothing("kernel cannot change while it runs; start it anew");
      }
      wanted.warnings().forEach(it -> out.accept("reload: " + it));
      return Optional.of(wanted);
    } catch (SpeakerFileException e) {
      return nothing(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return nothing("cannot read it: " + e);
    }
  }

  private Optional<SpeakerPlan> nothing(String why) {
    out.accept("reload: nothing was applied: %s: %s".formatted(file.path(), why));
    return Optional.empty();
  }

  private boolean apply(SpeakerPlan wanted) {
    try {
      speaker.accept(wanted.config());
      return true;
    } catch (ListenException e) {
      out.accept("reload: nothing was applied: " + e.getMessage());
      return false;
    }
  }

  private SpeakerPlan confirmed(SpeakerPlan before, SpeakerPlan after, Duration patience)
      throws InterruptedException {
    String time = text(patience);
    out.accept("reload: send SIGHUP again within %s, or it is undone".formatted(time));
    if (wishes.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      out.accept("reload: confirmed");
      return after;
    }
    out.accept("reload: not confirmed within %s, undoing it".formatted(time));
    return apply(before) ? before : after;
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? "%d s".formatted(duration.toSeconds())
        : "%d ms".formatted(duration.toMillis());
  }
}
