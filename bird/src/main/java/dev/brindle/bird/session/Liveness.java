// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static dev.brindle.bird.session.SessionTimer.HOLD;
import static dev.brindle.bird.session.SessionTimer.KEEPALIVE;

import dev.brindle.bird.session.SessionAction.SendKeepalive;
import dev.brindle.bird.session.SessionAction.SetTimer;
import dev.brindle.bird.session.SessionAction.StopTimer;
import java.util.List;

/// The two timers that prove that each side lives (RFC 4271 §4.4, §6.5).
final class Liveness {

  private Liveness() {}

  /// Starts both, unless the session was agreed to do without.
  static List<SessionAction> begin(Agreement agreement, Pauses pauses) {
    return agreement.holdTime().isZero()
        ? List.of(new StopTimer(HOLD))
        : List.of(
            new SetTimer(HOLD, agreement.holdTime()),
            pauses.timer(KEEPALIVE, agreement.keepalive()));
  }

  /// The peer was heard.
  static List<SessionAction> holdOn(Agreement agreement) {
    return agreement.holdTime().isZero()
        ? List.of()
        : List.of(new SetTimer(HOLD, agreement.holdTime()));
  }

  /// We have to be heard.
  static Transition keepAlive(SessionState state, Agreement agreement, Pauses pauses) {
    return Transition.to(state, new SendKeepalive(), next(agreement, pauses));
  }

  /// When we have to be heard again.
  static SessionAction next(Agreement agreement, Pauses pauses) {
    return agreement.keepalive().isZero()
        ? new StopTimer(KEEPALIVE)
        : pauses.timer(KEEPALIVE, agreement.keepalive());
  }
}
