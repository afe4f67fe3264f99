// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.SessionAction.SetTimer;
import dev.brindle.bird.session.SessionAction.StopTimer;
import dev.brindle.bird.topology.PeerTiming;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which timers run after an event, and how long: in milliseconds, `-` for one that is stopped.
/// Jitter takes a quarter off here, where it may take any at all (RFC 4271 §10).
class SessionTimesTest {

  private static final double JITTER = 0.75;
  private static final SessionSettings SETTINGS =
      new SessionSettings(
          open(1, 90), new AsNumber(2), false, Duration.ofSeconds(5), Optional.empty());

  private static Open open(long as, int hold) {
    return new Open(
        new AsNumber(as),
        hold,
        IpAddress.parse("192.0.2." + as),
        List.of(new Capability.FourOctetAs(new AsNumber(as))));
  }

  /// States with a number of failures before, or with the hold time that the peer said.
  @ParameterizedTest(name = "{0} in {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # event          | state          | timers
          start            | Idle 0         | CONNECT_RETRY 3750
          connected        | Idle 0         | IDLE_HOLD -, HOLD 240000
          connected        | Connect 0      | CONNECT_RETRY -, HOLD 240000
          failed           | Connect 0      | CONNECT_RETRY 375
          failed           | Connect 1      | CONNECT_RETRY 750
          failed           | Connect 2      | CONNECT_RETRY 1500
          failed           | Connect 9      | CONNECT_RETRY 3750
          lost             | OpenSent 0     | CONNECT_RETRY 375
          lost             | OpenConfirm 0  | CONNECT_RETRY 375
          open 30          | OpenSent 0     | HOLD 30000, KEEPALIVE 7500
          open 3           | OpenSent 0     | HOLD 3000, KEEPALIVE 750
          open 180         | OpenSent 0     | HOLD 90000, KEEPALIVE 22500
          open 0           | OpenSent 0     | HOLD -
          open 2           | OpenSent 0     | IDLE_HOLD 3750
          open 2           | OpenSent 1     | IDLE_HOLD 7500
          open 2           | OpenSent 9     | IDLE_HOLD 22500
          notification     | OpenSent 0     | IDLE_HOLD 3750
          cease            | OpenSent 0     | CONNECT_RETRY 375
          hold             | OpenConfirm 0  | IDLE_HOLD 3750
          keepalive        | OpenConfirm 0  | HOLD 30000
          keepalive due    | OpenConfirm 0  | KEEPALIVE 7500
          keepalive        | Established 30 | HOLD 30000
          update           | Established 30 | HOLD 30000
          refresh          | Established 30 | HOLD 30000
          keepalive due    | Established 30 | KEEPALIVE 7500
          keepalive        | Established 0  |
          keepalive due    | Established 0  | KEEPALIVE -
          lost             | Established 30 | IDLE_HOLD 750
          notification     | Established 30 | IDLE_HOLD 750
          path lost        | Established 30 | IDLE_HOLD 750
          hold             | Established 30 | IDLE_HOLD 750
          send hold        | Established 30 | IDLE_HOLD 3750
          unreadable       | Established 30 | IDLE_HOLD 3750
          open 30          | Established 30 | IDLE_HOLD 3750
          untenable        | Established 30 | IDLE_HOLD 45000
          untenable for 7s | Established 30 | IDLE_HOLD 7000
          stop             | Established 30 |
          """)
  void run(String event, String state, @Nullable String timers) {
    Transition transition = new SessionMachine(SETTINGS, JITTER).step(state(state), event(event));

    assertThat(
            transition.actions().stream()
                .filter(it -> it instanceof SetTimer || it instanceof StopTimer)
                .map(SessionTimesTest::text)
                .collect(Collectors.joining(", ")))
        .isEqualTo(timers == null ? "" : timers);
  }

  private static String text(SessionAction action) {
    return switch (action) {
      case SetTimer(var timer, var time) -> timer + " " + time.toMillis();
      case StopTimer(var timer) -> timer + " -";
      default -> throw new IllegalArgumentException(action.toString());
    };
  }

  private static SessionState state(String text) {
    String[] words = text.split(" ", -1);
    int number = Integer.parseInt(words[1]);
    return switch (words[0]) {
      case "Idle" -> new SessionState.Idle(number, false);
      case "Connect" -> new SessionState.Connect(number);
      case "OpenSent" -> new SessionState.OpenSent(number);
      case "OpenConfirm" ->
          new SessionState.OpenConfirm(number, Negotiation.agree(SETTINGS, open(2, 30)));
      case "Established" ->
          new SessionState.Established(Negotiation.agree(SETTINGS, open(2, number)));
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static SessionEvent event(String text) {
    if (text.startsWith("open ")) {
      return new SessionEvent.OpenReceived(open(2, Integer.parseInt(text.substring(5))));
    }
    return switch (text) {
      case "start" -> new SessionEvent.Start();
      case "stop" -> new SessionEvent.Stop(2);
      case "connected" -> new SessionEvent.Connected();
      case "failed" -> new SessionEvent.ConnectionFailed("refused");
      case "lost" -> new SessionEvent.ConnectionLost("reset");
      case "keepalive" -> new SessionEvent.KeepaliveReceived();
      case "update" -> new SessionEvent.UpdateReceived();
      case "refresh" -> new SessionEvent.RefreshReceived();
      case "notification" -> new SessionEvent.NotificationReceived(Notification.of(3, 1));
      case "cease" -> new SessionEvent.NotificationReceived(Notification.cease(7));
      case "unreadable" -> new SessionEvent.Unreadable(Notification.of(1, 1), "marker");
      case "untenable" -> new SessionEvent.Untenable(Notification.cease(1), "too much");
      case "untenable for 7s" ->
          new SessionEvent.Untenable(
              Notification.cease(1), "too much", Optional.of(Duration.ofSeconds(7)));
      case "path lost" -> new SessionEvent.PathLost("BFD");
      case "hold" -> new SessionEvent.TimerExpired(SessionTimer.HOLD);
      case "send hold" -> new SessionEvent.TimerExpired(SessionTimer.SEND_HOLD);
      case "keepalive due" -> new SessionEvent.TimerExpired(SessionTimer.KEEPALIVE);
      default -> throw new IllegalArgumentException(text);
    };
  }

  /// RFC 9687 §4.1: eight minutes or twice the hold time, whichever is longer.
  @ParameterizedTest(name = "hold time {0} s, send hold time {1}: {2} s")
  @CsvSource({"90, , 480", "0, , 480", "240, , 480", "300, , 600", "90, 20, 20", "300, 20, 20"})
  void sendHold(int hold, @Nullable Integer set, int expected) {
    PeerTiming timing =
        set == null ? PeerTiming.CALICO : PeerTiming.CALICO.withSendHold(Duration.ofSeconds(set));

    assertThat(timing.sendHoldFor(Duration.ofSeconds(hold)))
        .isEqualTo(Duration.ofSeconds(expected));
  }
}
