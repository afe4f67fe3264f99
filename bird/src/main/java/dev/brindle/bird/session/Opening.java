// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static dev.brindle.bird.session.SessionTimer.CONNECT_RETRY;
import static dev.brindle.bird.session.SessionTimer.HOLD;
import static dev.brindle.bird.session.SessionTimer.IDLE_HOLD;
import static dev.brindle.bird.session.SessionTimer.KEEPALIVE;

import dev.brindle.bird.session.SessionAction.Agreed;
import dev.brindle.bird.session.SessionAction.SendKeepalive;
import dev.brindle.bird.session.SessionAction.SessionUp;
import dev.brindle.bird.session.SessionAction.SetTimer;
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
import dev.brindle.bird.session.SessionState.OpenConfirm;
import dev.brindle.bird.session.SessionState.OpenSent;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.NotificationCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The states in which OPENs cross: OpenSent and OpenConfirm (RFC 4271 §8.2.2).
record Opening(SessionSettings settings, Pauses pauses, FailedAttempt ended) {

  /// A peer that says nothing before it has heard ours need not wait for ever.
  private static final Duration LONGEST_DEBT = Duration.ofSeconds(1);

  Transition inOpenSent(OpenSent state, SessionEvent event) {
    return switch (event) {
      case OpenReceived(var theirs) -> judge(state, theirs);
      case ConnectionLost(var reason) -> ended.retry(state.failures() + 1, reason);
      case ConnectionFailed(var reason) -> ended.retry(state.failures() + 1, reason);
      case KeepaliveReceived(), UpdateReceived(), RefreshReceived() ->
          unexpected(state.failures(), Unexpected.in(NotificationCode.IN_OPEN_SENT, event));
      case TimerExpired(var timer) ->
          timer == HOLD
              ? ended.fail(
                  state.failures(), Notification.of(NotificationCode.HOLD_TIMER, 0), "no OPEN")
              : Transition.to(state);
      case NotificationReceived(var notification) -> ended.told(state.failures(), notification);
      case Unreadable(var answer, var reason) -> ended.fail(state.failures(), answer, reason);
      case Untenable(var answer, var reason, _) -> ended.fail(state.failures(), answer, reason);
      case PathLost(var reason) ->
          ended.fail(state.failures(), Notification.cease(NotificationCode.BFD_DOWN), reason);
      case Stop(var subcode, _) -> FailedAttempt.stop(Optional.of(subcode));
      case Leave() -> FailedAttempt.stop(Optional.empty());
      case CollisionLost() -> FailedAttempt.stop(Optional.of(NotificationCode.COLLISION));
      case Start(), Connected() -> Transition.to(state);
    };
  }

  private Transition judge(OpenSent state, Open theirs) {
    Optional<Notification> objection = Negotiation.objection(settings, theirs);
    if (objection.isPresent()) {
      String reason =
          "%s (AS %s, identifier %s, hold time %d%s)"
              .formatted(
                  objection.get(),
                  theirs.as(),
                  theirs.identifier(),
                  theirs.holdTime(),
                  RoleCheck.objection(settings, theirs).map(it -> ", " + it).orElse(""));
      return ended.fail(state.failures(), objection.get(), reason);
    }
    Agreement agreement = Negotiation.agree(settings, theirs);
    boolean owesKeepalive = isAwaited(agreement);
    List<SessionAction> actions = new ArrayList<>();
    actions.add(new Agreed(agreement));
    if (!owesKeepalive) {
      actions.add(new SendKeepalive());
    }
    actions.addAll(Liveness.begin(agreement, pauses));
    if (owesKeepalive) {
      actions.add(new SetTimer(KEEPALIVE, LONGEST_DEBT));
    }
    return new Transition(new OpenConfirm(state.failures(), agreement, owesKeepalive), actions);
  }

  /// We have restarted and the peer has not: it may have our routes from before. Up it comes with
  /// our KEEPALIVE, and if we die then before it has a route it deletes them all (RFC 4724 §4.2).
  /// So KEEPALIVE and routes leave together, which has to wait until we are up, by the peer's
  /// own.
  private boolean isAwaited(Agreement agreement) {
    boolean isPeerThere =
        agreement.terms().gracefulRestart().filter(it -> !it.restarting()).isPresent();
    return isPeerThere && settings.isRestarting();
  }

  Transition inOpenConfirm(OpenConfirm state, SessionEvent event) {
    int failures = state.failures();
    return switch (event) {
      case KeepaliveReceived() -> {
        List<SessionAction> actions = new ArrayList<>(Liveness.holdOn(state.agreement()));
        if (state.owesKeepalive()) {
          actions.add(new SendKeepalive(true));
          actions.add(Liveness.next(state.agreement(), pauses));
        }
        actions.add(new SessionUp(state.agreement()));
        yield new Transition(new Established(state.agreement()), actions);
      }
      case ConnectionLost(var reason) -> ended.retry(failures + 1, reason);
      case ConnectionFailed(var reason) -> ended.retry(failures + 1, reason);
      case OpenReceived(_), UpdateReceived(), RefreshReceived() ->
          unexpected(failures, Unexpected.in(NotificationCode.IN_OPEN_CONFIRM, event));
      case TimerExpired(var timer) ->
          switch (timer) {
            case HOLD ->
                ended.fail(
                    failures, Notification.of(NotificationCode.HOLD_TIMER, 0), "no KEEPALIVE");
            case KEEPALIVE ->
                Liveness.keepAlive(
                    new OpenConfirm(failures, state.agreement()), state.agreement(), pauses);
            case CONNECT_RETRY, IDLE_HOLD, SEND_HOLD -> Transition.to(state);
          };
      case NotificationReceived(var notification) -> ended.told(failures, notification);
      case Unreadable(var answer, var reason) -> ended.fail(failures, answer, reason);
      case Untenable(var answer, var reason, _) -> ended.fail(failures, answer, reason);
      case PathLost(var reason) ->
          ended.fail(failures, Notification.cease(NotificationCode.BFD_DOWN), reason);
      case Stop(var subcode, _) -> FailedAttempt.stop(Optional.of(subcode));
      case Leave() -> FailedAttempt.stop(Optional.empty());
      case CollisionLost() -> FailedAttempt.stop(Optional.of(NotificationCode.COLLISION));
      case Start(), Connected() -> Transition.to(state);
    };
  }

  private Transition unexpected(int failures, Notification answer) {
    return ended.fail(failures, answer, answer.toString());
  }
}
