// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.speaker.ListenException;
import dev.brindle.bird.topology.SpeakerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads the file again each time it is asked to, says what changes, and makes it so; what cannot
/// be used changes nothing.
///
/// @param speaker makes it so, or throws a ListenException and leaves all as it is
/// @param confirm how long to wait for a second wish before a reload is undone
/// @param out a line for people
record Reload(
    SpeakerPlanFile file,
    Consumer<SpeakerConfig> speaker,
    Optional<Duration> confirm,
    ReloadWishes wishes,
    Consumer<String> out) {

  /// Waits for a wish and fulfils it.
  ///
  /// @return what holds from now on
  SpeakerPlan await(SpeakerPlan current) throws InterruptedException {
    ReloadWishes.Wish wish = wishes.take();
    Optional<Duration> patience = wish.confirm().or(() -> confirm);
    Consumer<String> say = out.andThen(wish.line());
    Outcome outcome = new Outcome(current, false, false);
    try {
      outcome = fulfil(current, patience.isPresent(), say);
      if (outcome.isChanged() && patience.isPresent()) {
        wishes.expectConfirmation();
        askToConfirm(patience.get(), say);
      }
    } finally {
      wish.applied().complete(outcome.isApplied()); // from here on nobody waits
    }
    return outcome.isChanged() && patience.isPresent()
        ? confirmed(current, outcome.plan(), patience.get())
        : outcome.plan();
  }

  /// What came of a wish.
  ///
  /// @param plan holds now
  /// @param isApplied what the file says holds
  /// @param isChanged something else held before
  private record Outcome(SpeakerPlan plan, boolean isApplied, boolean isChanged) {}

  private Outcome fulfil(SpeakerPlan current, boolean isOnTrial, Consumer<String> say) {
    Optional<SpeakerPlan> wanted = read(current, say);
    if (wanted.isEmpty()) {
      return new Outcome(current, false, false);
    }
    List<String> changes = SpeakerDiff.between(current, wanted.get());
    changes.forEach(say);
    if (changes.isEmpty()) {
      settle(say);
      say.accept("reload: nothing changes");
      return new Outcome(wanted.get(), true, false);
    }
    if (isOnTrial) {
      keep(current, wanted.get(), say);
    }
    boolean isApplied = apply(wanted.get(), say);
    if (!isApplied || !isOnTrial) {
      settle(say); // there is nothing to confirm
    }
    if (!isApplied) {
      return new Outcome(current, false, false);
    }
    say.accept("reload: done");
    return new Outcome(wanted.get(), true, true);
  }

  /// From here on a start goes back to what holds now, until what comes is confirmed.
  private void keep(SpeakerPlan current, SpeakerPlan wanted, Consumer<String> say) {
    try {
      file.unconfirmed().begin(current.text(), wanted.text());
    } catch (IOException e) {
      say.accept(
          "reload: cannot keep what holds now in %s: %s: if the speaker is killed before you"
                  .formatted(file.unconfirmed().kept(), e)
              + " confirm, it starts with the new file");
    }
  }

  /// What the file says may stay.
  private void settle(Consumer<String> say) {
    try {
      file.unconfirmed().end();
    } catch (IOException e) {
      say.accept(
          "reload: remove %s, or the next start takes it: %s"
              .formatted(file.unconfirmed().kept(), e));
    }
  }

  private Optional<SpeakerPlan> read(SpeakerPlan current, Consumer<String> say) {
    try {
      SpeakerPlan wanted = file.read();
      if (!wanted.kernel().equals(current.kernel())) {
        return nothing("kernel cannot change while it runs; start it anew", say);
      }
      wanted.warnings().forEach(it -> say.accept("reload: " + it));
      return Optional.of(wanted);
    } catch (SpeakerFileException e) {
      return nothing(String.valueOf(e.getMessage()), say);
    } catch (IOException e) {
      return nothing("cannot read it: " + e, say);
    }
  }

  private Optional<SpeakerPlan> nothing(String why, Consumer<String> say) {
    say.accept("reload: nothing was applied: %s: %s".formatted(file.path(), why));
    return Optional.empty();
  }

  private boolean apply(SpeakerPlan wanted, Consumer<String> say) {
    try {
      speaker.accept(wanted.config());
      return true;
    } catch (ListenException e) {
      say.accept("reload: nothing was applied: " + e.getMessage());
      return false;
    }
  }

  private static void askToConfirm(Duration patience, Consumer<String> say) {
    say.accept(
        "reload: send SIGHUP again or say brindle bgp confirm within %s, or it is undone"
            .formatted(text(patience)));
  }

  private SpeakerPlan confirmed(SpeakerPlan before, SpeakerPlan after, Duration patience)
      throws InterruptedException {
    if (wishes.awaitConfirmation(patience)) {
      settle(out);
      out.accept("reload: confirmed");
      return after;
    }
    out.accept("reload: not confirmed within %s, undoing it".formatted(text(patience)));
    return apply(before, out) ? before : after;
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? "%d s".formatted(duration.toSeconds())
        : "%d ms".formatted(duration.toMillis());
  }
}
