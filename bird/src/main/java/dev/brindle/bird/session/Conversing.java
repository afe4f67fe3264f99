// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static dev.brindle.bird.session.SessionTimer.CONNECT_RETRY;
import static dev.brindle.bird.session.SessionTimer.HOLD;
import static dev.brindle.bird.session.SessionTimer.IDLE_HOLD;
import static dev.brindle.bird.session.SessionTimer.KEEPALIVE;

import dev.brindle.bird.session.SessionAction.HangUp;
import dev.brindle.bird.session.SessionAction.SendNotification;
import dev.brindle.bird.session.SessionAction.SessionDown;
import dev.brindle.bird.session.SessionEvent.CollisionLost;
import dev.brindle.bird.session.SessionEvent.Connected;
import dev.brindle.bird.session.SessionEvent.ConnectionFailed;
import dev.brindle.bird.session.SessionEvent.ConnectionLost;
import dev.brindle.bird.session.SessionEvent.KeepaliveReceived;
import dev.brindle.bird.session.SessionEvent.Leave;
import dev.brindle.bird.session.SessionEvent.NotificationReceived;
import dev.brindle.bird.session.SessionEvent.OpenReceived;
import dev.brindle.bird.session.SessionEvent.PathLost;
import dev.brindle.bird.session.SessionEvent.RefreshReceived;
import dev.brindle.bird.session.SessionEvent.Start;
import dev.brindle.bird.session.SessionEvent.Stop;
import dev.brindle.bird.session.SessionEvent.TimerExpired;
import dev.brindle.bird.session.SessionEvent.Unreadable;
import dev.brindle.bird.session.SessionEvent.Untenable;
import dev.brindle.bird.session.SessionEvent.UpdateReceived;
import dev.brindle.bird.session.SessionState.Established;
import dev.brindle.bird.session.SessionState.Idle;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The state Established (RFC 4271 §8.2.2).
record Conversing(Pauses pauses) {

  Transition inEstablished(Established state, SessionEvent event) {
    Agreement agreement = state.agreement();
    return switch (event) {
      case KeepaliveReceived(), UpdateReceived(), RefreshReceived() ->
          new Transition(state, Liveness.holdOn(agreement));
      case TimerExpired(var timer) ->
          switch (timer) {
            case HOLD ->
                down(
                    agreement,
                    Optional.of(Notification.of(NotificationCode.HOLD_TIMER, 0)),
                    "nothing heard for %d s".formatted(agreement.holdTime().toSeconds()),
                    agreement.restartAfterNotification());
            case SEND_HOLD ->
                down(
                    agreement,
                    Optional.of(Notification.of(NotificationCode.SEND_HOLD_TIMER, 0)),
                    "peer does not read what we send",
                    agreement.restartAfterNotification());
            case KEEPALIVE -> Liveness.keepAlive(state, agreement, pauses);
            case CONNECT_RETRY, IDLE_HOLD -> Transition.to(state);
          };
      case ConnectionLost(var reason) -> down(agreement, Optional.empty(), reason, true);
      case ConnectionFailed(var reason) -> down(agreement, Optional.empty(), reason, true);
      case NotificationReceived(var notification) ->
          down(
              agreement,
              Optional.empty(),
              "peer says: " + notification,
              agreement.restartAfterNotification() && !isHardReset(notification));
      case Unreadable(var answer, var reason) ->
          down(agreement, Optional.of(answer), reason, agreement.restartAfterNotification());
      case Untenable(var answer, var reason, var pause) ->
          Transition.to(
              new Idle(1, true),
              new SendNotification(answer),
              new HangUp(),
              pauses.afterUntenable(pause),
              new SessionDown(reason, false));
      case PathLost(var reason) ->
          Transition.to(
              new Idle(0, false),
              new SendNotification(cease(NotificationCode.BFD_DOWN, Octets.EMPTY, agreement)),
              new HangUp(),
              pauses.afterLoss(),
              new SessionDown(reason, false));
      case OpenReceived(_) ->
          down(
              agreement,
              Optional.of(Unexpected.in(NotificationCode.IN_ESTABLISHED, event)),
              "OPEN in Established",
              agreement.restartAfterNotification());
      case Stop(var subcode, var data) -> {
        Notification cease = cease(subcode, data, agreement);
        yield Transition.to(
            new Idle(0, true),
            new SendNotification(cease),
            new HangUp(),
            new SessionDown("we said: " + cease, false));
      }
      case Leave() ->
          Transition.to(new Idle(0, true), new HangUp(), new SessionDown("leaving", true));
      case Start(), Connected(), CollisionLost() -> Transition.to(state);
    };
  }

  /// @param graceful if graceful restart was agreed on at all
  private Transition down(
      Agreement agreement, Optional<Notification> answer, String reason, boolean graceful) {
    List<SessionAction> actions = new ArrayList<>();
    answer.ifPresent(it -> actions.add(new SendNotification(it)));
    boolean isError = answer.isPresent() && answer.get().code() != NotificationCode.HOLD_TIMER;
    actions.add(new HangUp());
    actions.add(isError ? pauses.afterError(0) : pauses.afterLoss());
    boolean mayRestart = graceful && agreement.terms().gracefulRestart().isPresent();
    actions.add(new SessionDown(reason, mayRestart));
    return new Transition(new Idle(isError ? 1 : 0, isError), actions);
  }

  /// Where a plain Cease would let the peer keep our routes, an end that is meant to be one is said
  /// as a hard reset around it (RFC 8538 §3.1, §5). A path that BFD has lost is one.
  private static Notification cease(int subcode, Octets data, Agreement agreement) {
    boolean isEnd =
        subcode == NotificationCode.SHUTDOWN
            || subcode == NotificationCode.DECONFIGURED
            || subcode == NotificationCode.BFD_DOWN;
    Notification cease = new Notification(NotificationCode.CEASE, subcode, data);
    return isEnd && agreement.restartAfterNotification() ? cease.asHardReset() : cease;
  }

  private static boolean isHardReset(Notification notification) {
    return notification.code() == NotificationCode.CEASE
        && notification.subcode() == NotificationCode.HARD_RESET;
  }
}
