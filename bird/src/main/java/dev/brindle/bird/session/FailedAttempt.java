// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.session.SessionAction.AttemptFailed;
import dev.brindle.bird.session.SessionAction.HangUp;
import dev.brindle.bird.session.SessionAction.SendNotification;
import dev.brindle.bird.session.SessionState.Active;
import dev.brindle.bird.session.SessionState.Idle;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.NotificationCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How an attempt ends that never came up, and what comes after it.
record FailedAttempt(SessionSettings settings, Pauses pauses) {

  Transition retry(int failures, String reason) {
    return retry(failures, new AttemptFailed(reason));
  }

  private Transition retry(int failures, AttemptFailed failure) {
    List<SessionAction> actions = new ArrayList<>();
    actions.add(new HangUp());
    if (!settings.passive()) {
      actions.add(pauses.beforeRetry(failures, settings.connectRetry()));
    }
    actions.add(failure);
    return new Transition(new Active(failures), actions);
  }

  /// A peer that ends an attempt by Cease has no quarrel with what we say: no long pause. Nor is
  /// there one before the attempt without capabilities that follows for an old one (RFC 5492 §3).
  Transition told(int failures, Notification notification) {
    String reason = "peer says: " + notification;
    boolean isForParameters =
        notification.code() == NotificationCode.OPEN
            && notification.subcode() == NotificationCode.UNSUPPORTED_PARAMETER;
    if (isForParameters) {
      return retry(failures + 1, new AttemptFailed(reason, true));
    }
    return notification.code() == NotificationCode.CEASE
        ? retry(failures + 1, reason)
        : Transition.to(
            new Idle(failures + 1, true),
            new HangUp(),
            pauses.afterError(failures),
            new AttemptFailed(reason));
  }

  Transition fail(int failures, Notification answer, String reason) {
    return Transition.to(
        new Idle(failures + 1, true),
        new SendNotification(answer),
        new HangUp(),
        pauses.afterError(failures),
        new AttemptFailed(reason));
  }

  static Transition stop(Optional<Integer> subcode) {
    List<SessionAction> actions = new ArrayList<>();
    subcode.ifPresent(it -> actions.add(new SendNotification(Notification.cease(it))));
    actions.add(new HangUp());
    return new Transition(new Idle(0, true), actions);
  }
}
