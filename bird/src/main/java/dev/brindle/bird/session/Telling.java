// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import java.util.List;

/// Where telling a peer the routes of one family stands: first everything there is with an
/// End-of-RIB behind it (RFC 4724 §2), then everything again whenever the peer asks, with a
/// beginning and an end (RFC 7313 §4.1). Wishes that come while one is fulfilled are one more, and
/// after each comes a rest: who asks all the time gets no more than that.
///
/// @param isOwed the peer has asked, and will be told again
public record Telling(Phase phase, boolean isOwed) {

  public static final Telling FIRST = new Telling(Phase.FIRST, false);

  /// How far it has got.
  public enum Phase {
    /// Everything, for the first time.
    FIRST,
    /// Everything was told, but End-of-RIB has to wait for what others still tell us.
    HELD,
    /// Only what changes.
    IN_STEP,
    /// Everything, because the peer asked.
    AGAIN,
    /// Only what changes, and a wish has to wait.
    RESTING
  }

  /// What is to be done now.
  public enum Act {
    END_OF_RIB,
    /// Say that it begins, and tell everything again.
    BEGIN,
    /// Say that it was everything.
    END,
    /// Say `rested` after a while.
    REST
  }

  /// The next state, and what to do on the way there.
  public record Step(Telling next, List<Act> acts) {

    public Step {
      acts = List.copyOf(acts);
    }
  }

  /// The peer wants to hear everything again.
  public Step asked() {
    return switch (phase) {
      case IN_STEP -> begin();
      case FIRST, HELD, AGAIN, RESTING -> to(phase, true);
    };
  }

  /// The peer has been told everything there is.
  ///
  /// @param mayEnd nothing more is to be waited for before that is said
  public Step told(boolean mayEnd) {
    return switch (phase) {
      case FIRST -> mayEnd ? end() : to(Phase.HELD, isOwed);
      case AGAIN -> to(Phase.RESTING, isOwed, Act.END, Act.REST);
      case HELD, IN_STEP, RESTING -> to(phase, isOwed);
    };
  }

  /// There is nothing to wait for any more.
  public Step released() {
    return switch (phase) {
      case HELD -> end();
      case FIRST, IN_STEP, AGAIN, RESTING -> to(phase, isOwed);
    };
  }

  public Step rested() {
    return switch (phase) {
      case RESTING -> isOwed ? begin() : to(Phase.IN_STEP, false);
      case FIRST, HELD, IN_STEP, AGAIN -> to(phase, isOwed);
    };
  }

  private Step end() {
    return isOwed
        ? to(Phase.RESTING, true, Act.END_OF_RIB, Act.REST)
        : to(Phase.IN_STEP, false, Act.END_OF_RIB);
  }

  private static Step begin() {
    return to(Phase.AGAIN, false, Act.BEGIN);
  }

  private static Step to(Phase next, boolean isOwed, Act... acts) {
    return new Step(new Telling(next, isOwed), List.of(acts));
  }
}
