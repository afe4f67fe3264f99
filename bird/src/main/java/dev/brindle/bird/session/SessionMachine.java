// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static dev.brindle.bird.session.SessionTimer.CONNECT_RETRY;
import static dev.brindle.bird.session.SessionTimer.HOLD;
import static dev.brindle.bird.session.SessionTimer.IDLE_HOLD;
import static dev.brindle.bird.session.SessionTimer.KEEPALIVE;

import dev.brindle.bird.session.SessionAction.Agreed;
import dev.brindle.bird.session.SessionAction.AttemptFailed;
import dev.brindle.bird.session.SessionAction.Dial;
import dev.brindle.bird.session.SessionAction.HangUp;
import dev.brindle.bird.session.SessionAction.SendKeepalive;
import dev.brindle.bird.session.SessionAction.SendNotification;
import dev.brindle.bird.session.SessionAction.SendOpen;
import dev.brindle.bird.session.SessionAction.SessionDown;
import dev.brindle.bird.session.SessionAction.SessionUp;
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
import dev.brindle.bird.session.SessionState.Established;
import dev.brindle.bird.session.SessionState.Idle;
import dev.brindle.bird.session.SessionState.OpenConfirm;
import dev.brindle.bird.session.SessionState.OpenSent;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The state machine of one connection to a peer (RFC 4271 §8). State and event in, next state and
/// actions out.
///
/// @param jitter 0.75 to 1, drawn anew for each step (RFC 4271 §10)
public record SessionMachine(SessionSettings settings, double jitter) {

  /// While no OPEN has come (RFC 4271 §8.2.2 suggests 4 minutes).
  static final Duration OPEN_WAIT = Duration.ofMinutes(4);

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration PAUSE_AFTER_LOSS = Duration.ofSeconds(1);
  private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE_AFTER_ERROR = Duration.ofSeconds(30);
  private static final Duration PAUSE_AFTER_UNTENABLE = Duration.ofMinutes(1);
  private static final int MAX_DOUBLINGS = 6;

  public Transition step(SessionState state, SessionEvent event) {
    return switch (state) {
      case Idle idle -> inIdle(idle, event);
      case Connect connect -> inConnect(connect, event);
      case Active active -> inActive(active, event);
      case OpenSent openSent -> inOpenSent(openSent, event);
      case OpenConfirm openConfirm -> inOpenConfirm(openConfirm, event);
      case Established established -> inEstablished(established, event);
    };
  }

  /// A call is taken in Idle too, unless we are pausing after an error: the pause after a mere loss
  /// must not keep a restarted peer waiting.
  private Transition inIdle(Idle state, SessionEvent event) {
    return switch (event) {
      case Start() -> begin(state.failures());
      case TimerExpired(var timer) ->
          timer == IDLE_HOLD ? begin(state.failures()) : Transition.to(state);
      case Connected() ->
          state.refusing()
              ? Transition.to(state, new HangUp())
              : open(state.failures(), new StopTimer(IDLE_HOLD));
      case Stop(_), Leave() -> Transition.to(new Idle(0, true), new StopTimer(IDLE_HOLD));
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
            new Connect(failures), new Dial(), timer(CONNECT_RETRY, settings.connectRetry()));
  }

  private Transition inConnect(Connect state, SessionEvent event) {
    return switch (event) {
      case Connected() -> open(state.failures(), new StopTimer(CONNECT_RETRY));
      case ConnectionFailed(var reason) -> retry(state.failures() + 1, reason);
      case ConnectionLost(var reason) -> retry(state.failures() + 1, reason);
      case Untenable(_, var reason, _) -> retry(state.failures() + 1, reason);
      case TimerExpired(var timer) ->
          timer == CONNECT_RETRY
              ? Transition.to(
                  state,
                  new HangUp(),
                  new Dial(),
                  timer(CONNECT_RETRY, settings.connectRetry()),
                  new AttemptFailed("no answer"))
              : Transition.to(state);
      case Stop(_), Leave(), CollisionLost() ->
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

  private Transition inActive(Active state, SessionEvent event) {
    return switch (event) {
      case Connected() -> open(state.failures(), new StopTimer(CONNECT_RETRY));
      case TimerExpired(var timer) ->
          timer == CONNECT_RETRY ? begin(state.failures()) : Transition.to(state);
      case Stop(_), Leave(), CollisionLost() ->
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

  private Transition retry(int failures, String reason) {
    List<SessionAction> actions = new ArrayList<>();
    actions.add(new HangUp());
    if (!settings.passive()) {
      Duration pause = doubled(FIRST_RETRY, failures - 1, settings.connectRetry());
      actions.add(timer(CONNECT_RETRY, pause));
    }
    actions.add(new AttemptFailed(reason));
    return new Transition(new Active(failures), actions);
  }

  private Transition inOpenSent(OpenSent state, SessionEvent event) {
    return switch (event) {
      case OpenReceived(var theirs) -> judge(state, theirs);
      case ConnectionLost(var reason) -> retry(state.failures() + 1, reason);
      case ConnectionFailed(var reason) -> retry(state.failures() + 1, reason);
      case KeepaliveReceived(), UpdateReceived(), RefreshReceived() ->
          unexpected(state.failures(), NotificationCode.IN_OPEN_SENT);
      case TimerExpired(var timer) ->
          timer == HOLD
              ? fail(state.failures(), Notification.of(NotificationCode.HOLD_TIMER, 0), "no OPEN")
              : Transition.to(state);
      case NotificationReceived(var notification) -> told(state.failures(), notification);
      case Unreadable(var answer, var reason) -> fail(state.failures(), answer, reason);
      case Untenable(var answer, var reason, _) -> fail(state.failures(), answer, reason);
      case PathLost(var reason) ->
          fail(state.failures(), Notification.cease(NotificationCode.BFD_DOWN), reason);
      case Stop(var subcode) -> stop(Optional.of(subcode));
      case Leave() -> stop(Optional.empty());
      case CollisionLost() -> stop(Optional.of(NotificationCode.COLLISION));
      case Start(), Connected() -> Transition.to(state);
    };
  }

  private Transition judge(OpenSent state, Open theirs) {
    Optional<Notification> objection = Negotiation.objection(settings, theirs);
    if (objection.isPresent()) {
      String reason =
          "%s (AS %s, identifier %s, hold time %d)"
              .formatted(objection.get(), theirs.as(), theirs.identifier(), theirs.holdTime());
      return fail(state.failures(), objection.get(), reason);
    }
    Agreement agreement = Negotiation.agree(settings, theirs);
    List<SessionAction> actions = new ArrayList<>();
    actions.add(new Agreed(agreement));
    actions.add(new SendKeepalive());
    actions.addAll(restartTimers(agreement));
    return new Transition(new OpenConfirm(state.failures(), agreement), actions);
  }

  private List<SessionAction> restartTimers(Agreement agreement) {
    return agreement.holdTime().isZero()
        ? List.of(new StopTimer(HOLD))
        : List.of(
            new SetTimer(HOLD, agreement.holdTime()), timer(KEEPALIVE, agreement.keepalive()));
  }

  private Transition inOpenConfirm(OpenConfirm state, SessionEvent event) {
    int failures = state.failures();
    return switch (event) {
      case KeepaliveReceived() -> {
        List<SessionAction> actions = new ArrayList<>(holdOn(state.agreement()));
        actions.add(new SessionUp(state.agreement()));
        yield new Transition(new Established(state.agreement()), actions);
      }
      case ConnectionLost(var reason) -> retry(failures + 1, reason);
      case ConnectionFailed(var reason) -> retry(failures + 1, reason);
      case OpenReceived(_), UpdateReceived(), RefreshReceived() ->
          unexpected(failures, NotificationCode.IN_OPEN_CONFIRM);
      case TimerExpired(var timer) ->
          switch (timer) {
            case HOLD ->
                fail(failures, Notification.of(NotificationCode.HOLD_TIMER, 0), "no KEEPALIVE");
            case KEEPALIVE -> keepAlive(state, state.agreement());
            case CONNECT_RETRY, IDLE_HOLD, SEND_HOLD -> Transition.to(state);
          };
      case NotificationReceived(var notification) -> told(failures, notification);
      case Unreadable(var answer, var reason) -> fail(failures, answer, reason);
      case Untenable(var answer, var reason, _) -> fail(failures, answer, reason);
      case PathLost(var reason) ->
          fail(failures, Notification.cease(NotificationCode.BFD_DOWN), reason);
      case Stop(var subcode) -> stop(Optional.of(subcode));
      case Leave() -> stop(Optional.empty());
      case CollisionLost() -> stop(Optional.of(NotificationCode.COLLISION));
      case Start(), Connected() -> Transition.to(state);
    };
  }

  private Transition inEstablished(Established state, SessionEvent event) {
    Agreement agreement = state.agreement();
    return switch (event) {
      case KeepaliveReceived(), UpdateReceived(), RefreshReceived() ->
          new Transition(state, holdOn(agreement));
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
            case KEEPALIVE -> keepAlive(state, agreement);
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
              pause
                  .map(laidDown -> new SetTimer(IDLE_HOLD, laidDown))
                  .orElseGet(() -> timer(IDLE_HOLD, PAUSE_AFTER_UNTENABLE)),
              new SessionDown(reason, false));
      case PathLost(var reason) ->
          Transition.to(
              new Idle(0, false),
              new SendNotification(cease(NotificationCode.BFD_DOWN, agreement)),
              new HangUp(),
              timer(IDLE_HOLD, PAUSE_AFTER_LOSS),
              new SessionDown(reason, false));
      case OpenReceived(_) ->
          down(
              agreement,
              Optional.of(
                  Notification.of(NotificationCode.STATE_MACHINE, NotificationCode.IN_ESTABLISHED)),
              "OPEN in Established",
              agreement.restartAfterNotification());
      case Stop(var subcode) -> {
        Notification cease = cease(subcode, agreement);
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

  /// Where a plain Cease would let the peer keep our routes, an end that is meant to be one is said
  /// as a hard reset around it (RFC 8538 §3.1, §5). A path that BFD has lost is one.
  private static Notification cease(int subcode, Agreement agreement) {
    boolean isEnd =
        subcode == NotificationCode.SHUTDOWN
            || subcode == NotificationCode.DECONFIGURED
            || subcode == NotificationCode.BFD_DOWN;
    return isEnd && agreement.restartAfterNotification()
        ? new Notification(
            NotificationCode.CEASE,
            NotificationCode.HARD_RESET,
            Octets.of(NotificationCode.CEASE, subcode))
        : Notification.cease(subcode);
  }

  private static boolean isHardReset(Notification notification) {
    return notification.code() == NotificationCode.CEASE
        && notification.subcode() == NotificationCode.HARD_RESET;
  }

  private static List<SessionAction> holdOn(Agreement agreement) {
    return agreement.holdTime().isZero()
        ? List.of()
        : List.of(new SetTimer(HOLD, agreement.holdTime()));
  }

  private Transition keepAlive(SessionState state, Agreement agreement) {
    return Transition.to(state, new SendKeepalive(), timer(KEEPALIVE, agreement.keepalive()));
  }

  private Transition unexpected(int failures, int subcode) {
    Notification answer = Notification.of(NotificationCode.STATE_MACHINE, subcode);
    return fail(failures, answer, answer.toString());
  }

  /// A peer that ends an attempt by Cease has no quarrel with what we say: no long pause.
  private Transition told(int failures, Notification notification) {
    String reason = "peer says: " + notification;
    return notification.code() == NotificationCode.CEASE
        ? retry(failures + 1, reason)
        : Transition.to(
            new Idle(failures + 1, true), new HangUp(), pause(failures), failed(reason));
  }

  private Transition fail(int failures, Notification answer, String reason) {
    return Transition.to(
        new Idle(failures + 1, true),
        new SendNotification(answer),
        new HangUp(),
        pause(failures),
        failed(reason));
  }

  private static AttemptFailed failed(String reason) {
    return new AttemptFailed(reason);
  }

  private static Transition stop(Optional<Integer> subcode) {
    List<SessionAction> actions = new ArrayList<>();
    subcode.ifPresent(it -> actions.add(new SendNotification(Notification.cease(it))));
    actions.add(new HangUp());
    return new Transition(new Idle(0, true), actions);
  }

  /// @param graceful if graceful restart was agreed on at all
  private Transition down(
      Agreement agreement, Optional<Notification> answer, String reason, boolean graceful) {
    List<SessionAction> actions = new ArrayList<>();
    answer.ifPresent(it -> actions.add(new SendNotification(it)));
    boolean isError = answer.isPresent() && answer.get().code() != NotificationCode.HOLD_TIMER;
    actions.add(new HangUp());
    actions.add(isError ? pause(0) : timer(IDLE_HOLD, PAUSE_AFTER_LOSS));
    boolean mayRestart = graceful && agreement.terms().gracefulRestart().isPresent();
    actions.add(new SessionDown(reason, mayRestart));
    return new Transition(new Idle(isError ? 1 : 0, isError), actions);
  }

  private SetTimer pause(int failures) {
    return timer(IDLE_HOLD, doubled(PAUSE_AFTER_ERROR, failures, LONGEST_PAUSE_AFTER_ERROR));
  }

  private static Duration doubled(Duration first, int times, Duration longest) {
    Duration pause = first.multipliedBy(1L << Math.clamp(times, 0, MAX_DOUBLINGS));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  private SetTimer timer(SessionTimer timer, Duration duration) {
    return new SetTimer(timer, Duration.ofNanos((long) (duration.toNanos() * jitter)));
  }
}
