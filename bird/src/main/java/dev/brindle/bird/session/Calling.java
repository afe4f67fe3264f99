// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static dev.brindle.bird.session.SessionTimer.CONNECT_RETRY;
import static dev.brindle.bird.session.SessionTimer.HOLD;
import static dev.brindle.bird.session.SessionTimer.IDLE_HOLD;

import dev.brindle.bird.session.SessionAction.AttemptFailed;
import dev.brindle.bird.session.SessionAction.Dial;
import dev.brindle.bird.session.SessionAction.HangUp;
import dev.brindle.bird.session.SessionAction.SendOpen;
import dev.brindle.bird.session.SessionAction.SetTimer;
import dev.brindle.bird.session.SessionAction.StopTimer;
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
import dev.brindle.bird.session.SessionState.Active;
import dev.brindle.bird.session.SessionState.Connect;
import dev.brindle.bird.session.SessionState.Idle;
import dev.brindle.bird.session.SessionState.OpenSent;
import java.time.Duration;

/// The states without a connection: Idle, Connect and Active (RFC 4271 §8.2.2).
record Calling(SessionSettings settings, Pauses pauses, FailedAttempt ended) {

  /// While no OPEN has come (RFC 4271 §8.2.2 suggests 4 minutes).
  static final Duration OPEN_WAIT = Duration.ofMinutes(4);

  /// A call is taken in Idle too, unless we are pausing after an error: the pause after a mere loss
  /// must not keep a restarted peer waiting.
  Transition inIdle(Idle state, SessionEvent event) {
    return switch (event) {
      case Start() -> begin(state.failures());
      case TimerExpired(var timer) ->
          timer == IDLE_HOLD ? begin(state.failures()) : Transition.to(state);
      case Connected() ->
          state.refusing()
              ? Transition.to(state, new HangUp())
              : open(state.failures(), new StopTimer(IDLE_HOLD));
      case Stop(_, _), Leave() -> Transition.to(new Idle(0, true), new StopTimer(IDLE_HOLD));
      case ConnectionFailed(_),
          ConnectionLost(_),
          CollisionLost(),
          OpenReceived(_),
          KeepaliveReceived(),
          UpdateReceived(),
          RefreshReceived(),
          NotificationReceived(_),
          PathLost(_),
          Unreadable(_, _),
          Untenable(_, _, _) ->
          Transition.to(state);
    };
  }

  private Transition begin(int failures) {
    return settings.passive()
        ? Transition.to(new Active(failures))
        : Transition.to(
            new Connect(failures),
            new Dial(),
            pauses.timer(CONNECT_RETRY, settings.connectRetry()));
  }

  Transition inConnect(Connect state, SessionEvent event) {
    return switch (event) {
      case Connected() -> open(state.failures(), new StopTimer(CONNECT_RETRY));
      case ConnectionFailed(var reason) -> ended.retry(state.failures() + 1, reason);
      case ConnectionLost(var reason) -> ended.retry(state.failures() + 1, reason);
      case Untenable(_, var reason, _) -> ended.retry(state.failures() + 1, reason);
      case TimerExpired(var timer) ->
          timer == CONNECT_RETRY
              ? Transition.to(
                  state,
                  new HangUp(),
                  new Dial(),
                  pauses.timer(CONNECT_RETRY, settings.connectRetry()),
                  new AttemptFailed("no answer"))
              : Transition.to(state);
      case Stop(_, _), Leave(), CollisionLost() ->
          Transition.to(new Idle(0, true), new StopTimer(CONNECT_RETRY), new HangUp());
      case Start() -> Transition.to(state);
      case OpenReceived(_),
          KeepaliveReceived(),
          UpdateReceived(),
          RefreshReceived(),
          NotificationReceived(_),
          PathLost(_),
          Unreadable(_, _) ->
          Transition.to(state);
    };
  }

  Transition inActive(Active state, SessionEvent event) {
    return switch (event) {
      case Connected() -> open(state.failures(), new StopTimer(CONNECT_RETRY));
      case TimerExpired(var timer) ->
          timer == CONNECT_RETRY ? begin(state.failures()) : Transition.to(state);
      case Stop(_, _), Leave(), CollisionLost() ->
          Transition.to(new Idle(0, true), new StopTimer(CONNECT_RETRY));
      case Start(),
          ConnectionFailed(_),
          ConnectionLost(_),
          OpenReceived(_),
          KeepaliveReceived(),
          UpdateReceived(),
          RefreshReceived(),
          NotificationReceived(_),
          PathLost(_),
          Unreadable(_, _),
          Untenable(_, _, _) ->
          Transition.to(state);
    };
  }

  private static Transition open(int failures, SessionAction first) {
    return Transition.to(
        new OpenSent(failures), first, new SendOpen(), new SetTimer(HOLD, OPEN_WAIT));
  }
}
