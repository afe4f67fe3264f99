// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.SessionAction.SendNotification;
import dev.brindle.bird.session.SessionAction.SessionDown;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every state with every event.
class SessionMachineTest {

  private static final Open OURS = open(1, 90, "192.0.2.1");
  private static final SessionSettings SETTINGS =
      new SessionSettings(OURS, new AsNumber(2), false, Duration.ofSeconds(5), Optional.empty());

  private static Open open(long as, int hold, String id) {
    return new Open(
        new AsNumber(as),
        hold,
        IpAddress.parse(id),
        List.of(new Capability.FourOctetAs(new AsNumber(as))));
  }

  @ParameterizedTest(name = "{0} in {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # event      | state       | next        | what is done
          start        | Idle        | Connect     | Dial SetTimer
          stop         | Idle        | Idle        | StopTimer
          connected    | Idle        | OpenSent    | StopTimer SendOpen SetTimer
          lost         | Idle        | Idle        |
          open         | Idle        | Idle        |
          keepalive    | Idle        | Idle        |
          update       | Idle        | Idle        |
          notification | Idle        | Idle        |
          idle hold    | Idle        | Connect     | Dial SetTimer
          start        | Connect     | Connect     |
          stop         | Connect     | Idle        | StopTimer HangUp
          connected    | Connect     | OpenSent    | StopTimer SendOpen SetTimer
          failed       | Connect     | Active      | HangUp SetTimer AttemptFailed
          retry        | Connect     | Connect     | HangUp Dial SetTimer AttemptFailed
          collision    | Connect     | Idle        | StopTimer HangUp
          start        | Active      | Active      |
          stop         | Active      | Idle        | StopTimer
          connected    | Active      | OpenSent    | StopTimer SendOpen SetTimer
          retry        | Active      | Connect     | Dial SetTimer
          start        | OpenSent    | OpenSent    |
          stop         | OpenSent    | Idle        | 6/2 HangUp
          leave        | OpenSent    | Idle        | HangUp
          open         | OpenSent    | OpenConfirm | Agreed SendKeepalive SetTimer SetTimer
          other AS     | OpenSent    | Idle        | 2/2 HangUp SetTimer AttemptFailed
          no id        | OpenSent    | Idle        | 2/3 HangUp SetTimer AttemptFailed
          hold 2       | OpenSent    | Idle        | 2/6 HangUp SetTimer AttemptFailed
          no family    | OpenSent    | Idle        | 2/7 HangUp SetTimer AttemptFailed
          keepalive    | OpenSent    | Idle        | 5/1 HangUp SetTimer AttemptFailed
          update       | OpenSent    | Idle        | 5/1 HangUp SetTimer AttemptFailed
          notification | OpenSent    | Idle        | HangUp SetTimer AttemptFailed
          lost         | OpenSent    | Active      | HangUp SetTimer AttemptFailed
          hold         | OpenSent    | Idle        | 4/0 HangUp SetTimer AttemptFailed
          collision    | OpenSent    | Idle        | 6/7 HangUp
          unreadable   | OpenSent    | Idle        | 1/1 HangUp SetTimer AttemptFailed
          untenable    | OpenSent    | Idle        | 6/1 HangUp SetTimer AttemptFailed
          untenable    | Idle        | Idle        |
          untenable    | Active      | Active      |
          untenable    | Connect     | Active      | HangUp SetTimer AttemptFailed
          untenable    | OpenConfirm | Idle        | 6/1 HangUp SetTimer AttemptFailed
          start        | OpenConfirm | OpenConfirm |
          stop         | OpenConfirm | Idle        | 6/2 HangUp
          open         | OpenConfirm | Idle        | 5/2 HangUp SetTimer AttemptFailed
          update       | OpenConfirm | Idle        | 5/2 HangUp SetTimer AttemptFailed
          keepalive    | OpenConfirm | Established | SetTimer SessionUp
          keepalive due | OpenConfirm | OpenConfirm | SendKeepalive SetTimer
          hold         | OpenConfirm | Idle        | 4/0 HangUp SetTimer AttemptFailed
          lost         | OpenConfirm | Active      | HangUp SetTimer AttemptFailed
          collision    | OpenConfirm | Idle        | 6/7 HangUp
          start        | Established | Established |
          stop         | Established | Idle        | 6/2 HangUp SessionDown
          leave        | Established | Idle        | HangUp SessionDown
          open         | Established | Idle        | 5/3 HangUp SetTimer SessionDown
          keepalive    | Established | Established | SetTimer
          update       | Established | Established | SetTimer
          refresh      | Established | Established | SetTimer
          keepalive due | Established | Established | SendKeepalive SetTimer
          hold         | Established | Idle        | 4/0 HangUp SetTimer SessionDown
          send hold    | Established | Idle        | 8/0 HangUp SetTimer SessionDown
          lost         | Established | Idle        | HangUp SetTimer SessionDown
          notification | Established | Idle        | HangUp SetTimer SessionDown
          unreadable   | Established | Idle        | 1/1 HangUp SetTimer SessionDown
          untenable    | Established | Idle        | 6/1 HangUp SetTimer SessionDown
          path lost    | Idle        | Idle        |
          path lost    | Connect     | Connect     |
          path lost    | Active      | Active      |
          path lost    | OpenSent    | Idle        | 6/10 HangUp SetTimer AttemptFailed
          path lost    | OpenConfirm | Idle        | 6/10 HangUp SetTimer AttemptFailed
          path lost    | Established | Idle        | 6/10 HangUp SetTimer SessionDown
          """)
  void steps(String event, String state, String next, @Nullable String actions) {
    Transition transition = new SessionMachine(SETTINGS, 1).step(state(state), event(event));

    assertThat(transition.next().text()).isEqualTo(next);
    assertThat(
            transition.actions().stream()
                .map(SessionMachineTest::text)
                .collect(Collectors.joining(" ")))
        .isEqualTo(actions == null ? "" : actions);
  }

  /// A peer that has not restarted may have our routes from before: it comes up when they come.
  @ParameterizedTest(name = "we have restarted {0}, it has {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # we   | it    | then: open, keepalive                                    | open, keepalive due, keepalive
          true  | false | Agreed SetTimer SetTimer SetTimer, SetTimer SendKeepalive SetTimer SessionUp | Agreed SetTimer SetTimer SetTimer, SendKeepalive SetTimer, SetTimer SessionUp
          true  | true  | Agreed SendKeepalive SetTimer SetTimer, SetTimer SessionUp | Agreed SendKeepalive SetTimer SetTimer, SendKeepalive SetTimer, SetTimer SessionUp
          false | false | Agreed SendKeepalive SetTimer SetTimer, SetTimer SessionUp | Agreed SendKeepalive SetTimer SetTimer, SendKeepalive SetTimer, SetTimer SessionUp
          true  | none  | Agreed SendKeepalive SetTimer SetTimer, SetTimer SessionUp | Agreed SendKeepalive SetTimer SetTimer, SendKeepalive SetTimer, SetTimer SessionUp
          """)
  void keepaliveComesWithTheFirstRoutesAfterARestart(
      boolean weRestart, String itRestarts, String heard, String due) {
    Open theirs =
        itRestarts.equals("none")
            ? open(2, 30, "192.0.2.2")
            : restarting(open(2, 30, "192.0.2.2"), Boolean.parseBoolean(itRestarts));
    SessionMachine machine =
        new SessionMachine(
            new SessionSettings(
                restarting(OURS, weRestart),
                new AsNumber(2),
                false,
                Duration.ofSeconds(5),
                Optional.empty()),
            1);
    SessionEvent open = new SessionEvent.OpenReceived(theirs);
    SessionEvent keepalive = new SessionEvent.KeepaliveReceived();
    SessionEvent isDue = new SessionEvent.TimerExpired(SessionTimer.KEEPALIVE);

    assertThat(done(machine, List.of(open, keepalive))).isEqualTo(heard);
    assertThat(done(machine, List.of(open, isDue, keepalive))).isEqualTo(due);
  }

  private static Open restarting(Open open, boolean isRestarting) {
    List<Capability> capabilities = new ArrayList<>(open.capabilities());
    capabilities.add(new Capability.GracefulRestart(isRestarting, true, 60, List.of()));
    return new Open(open.as(), open.holdTime(), open.identifier(), capabilities);
  }

  /// From OpenSent on.
  private static String done(SessionMachine machine, List<SessionEvent> events) {
    SessionState now = new SessionState.OpenSent(0);
    List<String> done = new ArrayList<>();
    for (SessionEvent event : events) {
      Transition transition = machine.step(now, event);
      now = transition.next();
      done.add(
          transition.actions().stream()
              .map(SessionMachineTest::text)
              .collect(Collectors.joining(" ")));
    }
    return String.join(", ", done);
  }

  private static String text(SessionAction action) {
    return action instanceof SendNotification(Notification(var code, var subcode, _))
        ? code + "/" + subcode
        : action.getClass().getSimpleName();
  }

  private static SessionState state(String name) {
    Agreement agreement = Negotiation.agree(SETTINGS, open(2, 30, "192.0.2.2"));
    return switch (name) {
      case "Idle" -> new SessionState.Idle(0, false);
      case "Connect" -> new SessionState.Connect(0);
      case "Active" -> new SessionState.Active(0);
      case "OpenSent" -> new SessionState.OpenSent(0);
      case "OpenConfirm" -> new SessionState.OpenConfirm(0, agreement);
      case "Established" -> new SessionState.Established(agreement);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static SessionEvent event(String name) {
    return switch (name) {
      case "start" -> new SessionEvent.Start();
      case "stop" -> new SessionEvent.Stop(2);
      case "leave" -> new SessionEvent.Leave();
      case "connected" -> new SessionEvent.Connected();
      case "failed" -> new SessionEvent.ConnectionFailed("refused");
      case "lost" -> new SessionEvent.ConnectionLost("reset");
      case "collision" -> new SessionEvent.CollisionLost();
      case "open" -> new SessionEvent.OpenReceived(open(2, 30, "192.0.2.2"));
      case "other AS" -> new SessionEvent.OpenReceived(open(3, 30, "192.0.2.2"));
      case "no id" -> new SessionEvent.OpenReceived(open(2, 30, "0.0.0.0"));
      case "hold 2" -> new SessionEvent.OpenReceived(open(2, 2, "192.0.2.2"));
      case "no family" ->
          new SessionEvent.OpenReceived(
              new Open(
                  new AsNumber(2),
                  30,
                  IpAddress.parse("192.0.2.2"),
                  List.of(new Capability.Multiprotocol(Family.IPV6_UNICAST.wire()))));
      case "keepalive" -> new SessionEvent.KeepaliveReceived();
      case "update" -> new SessionEvent.UpdateReceived();
      case "refresh" -> new SessionEvent.RefreshReceived();
      case "notification" -> new SessionEvent.NotificationReceived(Notification.of(3, 1));
      case "unreadable" -> new SessionEvent.Unreadable(Notification.of(1, 1), "marker");
      case "untenable" -> new SessionEvent.Untenable(Notification.cease(1), "too much");
      case "path lost" -> new SessionEvent.PathLost("BFD");
      case "retry" -> new SessionEvent.TimerExpired(SessionTimer.CONNECT_RETRY);
      case "hold" -> new SessionEvent.TimerExpired(SessionTimer.HOLD);
      case "keepalive due" -> new SessionEvent.TimerExpired(SessionTimer.KEEPALIVE);
      case "idle hold" -> new SessionEvent.TimerExpired(SessionTimer.IDLE_HOLD);
      case "send hold" -> new SessionEvent.TimerExpired(SessionTimer.SEND_HOLD);
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest(name = "id {0} AS {1} with id {2} AS {3}")
  @CsvSource({
    "1, 10, 2, 10, false",
    "2, 10, 1, 10, true",
    "1, 10, 1, 9, true",
    "1, 9, 1, 10, false"
  })
  void bothSidesOfACollisionAgree(long id, long as, long theirId, long theirAs, boolean ours) {
    assertThat(collision(id, as, theirId, theirAs)).isEqualTo(ours);
    assertThat(collision(theirId, theirAs, id, as)).isEqualTo(!ours);
  }

  private static boolean collision(long id, long as, long theirId, long theirAs) {
    return Collision.oursLives(
        IpAddress.ofIpv4(id), new AsNumber(as), IpAddress.ofIpv4(theirId), new AsNumber(theirAs));
  }

  @ParameterizedTest(name = "graceful restart {0}, then {1}: kept {2}")
  @CsvSource({
    "true, lost, true",
    "false, lost, false",
    "true, notification, true",
    "true, hold, true",
    "true, stop, false",
    "true, path lost, false"
  })
  void routesStayWhereRestartWasAgreedOn(boolean agreed, String event, boolean kept) {
    Capability restart = new Capability.GracefulRestart(false, true, 120, List.of());
    List<Capability> capabilities = agreed ? List.of(restart) : List.of();
    Open ours = new Open(new AsNumber(1), 90, IpAddress.parse("192.0.2.1"), List.of(restart));
    Open theirs = new Open(new AsNumber(2), 90, IpAddress.parse("192.0.2.2"), capabilities);
    SessionSettings settings =
        new SessionSettings(ours, new AsNumber(2), false, Duration.ofSeconds(5), Optional.empty());
    SessionState up = new SessionState.Established(Negotiation.agree(settings, theirs));

    Transition transition = new SessionMachine(settings, 1).step(up, event(event));

    assertThat(transition.actions())
        .filteredOn(SessionDown.class::isInstance)
        .singleElement()
        .satisfies(it -> assertThat(((SessionDown) it).graceful()).isEqualTo(kept));
  }
}
