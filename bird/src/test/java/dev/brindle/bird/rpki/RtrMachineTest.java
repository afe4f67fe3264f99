// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.bird.rpki.RtrState.Phase;
import dev.brindle.bird.rpki.RtrState.Position;
import dev.brindle.bird.wire.Octets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every PDU in every state. What is known is of session 7, serial 5.
class RtrMachineTest {

  private static final Position KNOWN = new Position(7, 5);
  private static final Vrp VRP = new Vrp(Cidr.parse("10.0.0.0/8"), 16, new AsNumber(65001));
  private static final RtrMachine MACHINE = new RtrMachine(RtrTiming.DEFAULT, 1);

  private static RtrState in(Phase phase, boolean isKnown) {
    Optional<Position> known = isKnown ? Optional.of(KNOWN) : Optional.empty();
    return new RtrState(phase, 1, true, known, RtrTiming.DEFAULT, 0);
  }

  private static RtrPdu pdu(String name) {
    return switch (name) {
      case "notify 7 5" -> new RtrPdu.SerialNotify(7, 5);
      case "notify 7 6" -> new RtrPdu.SerialNotify(7, 6);
      case "notify 8 5" -> new RtrPdu.SerialNotify(8, 5);
      case "serial query" -> new RtrPdu.SerialQuery(7, 5);
      case "reset query" -> new RtrPdu.ResetQuery();
      case "response 7" -> new RtrPdu.CacheResponse(7);
      case "response 8" -> new RtrPdu.CacheResponse(8);
      case "announce" -> new RtrPdu.Prefix(true, VRP);
      case "withdraw" -> new RtrPdu.Prefix(false, VRP);
      case "end 7 6" -> new RtrPdu.EndOfData(7, 6, Optional.empty());
      case "end 8 6" -> new RtrPdu.EndOfData(8, 6, Optional.empty());
      case "reset" -> new RtrPdu.CacheReset();
      case "router key" -> new RtrPdu.RouterKey();
      case "no data" -> new RtrPdu.ErrorReport(2, Octets.EMPTY, "");
      case "error" -> new RtrPdu.ErrorReport(0, Octets.EMPTY, "");
      default -> throw new IllegalArgumentException(name);
    };
  }

  /// `corrupt` answers and forgets, `forget` does not answer, `fail` forgets nothing; all three
  /// hang up.
  private static String outcome(RtrState before, RtrTransition after) {
    List<RtrAction> actions = after.actions();
    boolean isFlushed = actions.contains(new RtrAction.Flush());
    boolean isOver = actions.contains(new RtrAction.HangUp());
    if (isOver) {
      assertThat(after.next().phase()).isEqualTo(Phase.WAITING);
      assertThat(after.next().known()).isEqualTo(isFlushed ? Optional.empty() : before.known());
      boolean isAnswered =
          actions.stream()
              .anyMatch(
                  it ->
                      it instanceof RtrAction.Say(_, var said)
                          && said instanceof RtrPdu.ErrorReport);
      return isFlushed ? (isAnswered ? "corrupt" : "forget") : "fail";
    }
    if (actions.isEmpty()) {
      assertThat(after.next()).isEqualTo(before);
      return "stay";
    }
    for (RtrAction action : actions) {
      switch (action) {
        case RtrAction.Say(_, RtrPdu.SerialQuery(var session, var serial)) -> {
          assertThat(new Position(session, serial)).isEqualTo(KNOWN);
          return "ask";
        }
        case RtrAction.Say(_, RtrPdu.ResetQuery()) -> {
          assertThat(after.next().known()).isEmpty();
          return "ask all";
        }
        case RtrAction.Begin(var isWhole) -> {
          return isWhole ? "begin all" : "begin";
        }
        case RtrAction.Collect(var isAnnounced, var vrp) -> {
          assertThat(vrp).isEqualTo(VRP);
          return isAnnounced ? "add" : "take";
        }
        case RtrAction.Apply() -> {
          assertThat(after.next().phase()).isEqualTo(Phase.APPLYING);
          return "apply";
        }
        case RtrAction.Say _,
            RtrAction.Dial _,
            RtrAction.HangUp _,
            RtrAction.SetTimer _,
            RtrAction.StopTimer _,
            RtrAction.Flush _,
            RtrAction.Tell _ -> {}
      }
    }
    return "?";
  }

  private static String received(Phase phase, boolean isKnown, String name) {
    RtrState before = in(phase, isKnown);
    return outcome(before, MACHINE.step(before, new RtrEvent.Received(1, pdu(name))));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          #             asked for,          receiving,          in
          # PDU,        all,       more,    all,      more,     sync
          notify 7 5,   stay,      stay,    stay,     stay,     stay
          notify 7 6,   stay,      stay,    stay,     stay,     ask
          notify 8 5,   stay,      stay,    stay,     stay,     corrupt
          serial query, corrupt,   corrupt, corrupt,  corrupt,  corrupt
          reset query,  corrupt,   corrupt, corrupt,  corrupt,  corrupt
          response 7,   begin all, begin,   corrupt,  corrupt,  corrupt
          response 8,   begin all, corrupt, corrupt,  corrupt,  corrupt
          announce,     corrupt,   corrupt, add,      add,      corrupt
          withdraw,     corrupt,   corrupt, corrupt,  take,     corrupt
          end 7 6,      corrupt,   corrupt, apply,    apply,    corrupt
          end 8 6,      corrupt,   corrupt, apply,    corrupt,  corrupt
          reset,        corrupt,   ask all, corrupt,  corrupt,  corrupt
          router key,   corrupt,   corrupt, stay,     stay,     corrupt
          no data,      fail,      fail,    fail,     fail,     fail
          error,        forget,    forget,  forget,   forget,   forget
          """)
  void answersEveryPduInEveryState(
      String name,
      String askedForAll,
      String askedForMore,
      String receivingAll,
      String receivingMore,
      String inSync) {
    assertThat(received(Phase.ASKED, false, name)).isEqualTo(askedForAll);
    assertThat(received(Phase.ASKED, true, name)).isEqualTo(askedForMore);
    assertThat(received(Phase.RECEIVING, false, name)).isEqualTo(receivingAll);
    assertThat(received(Phase.RECEIVING, true, name)).isEqualTo(receivingMore);
    assertThat(received(Phase.SYNCED, true, name)).isEqualTo(inSync);
    for (Phase deaf : List.of(Phase.STOPPED, Phase.WAITING, Phase.CONNECTING, Phase.APPLYING)) {
      assertThat(received(deaf, true, name)).isEqualTo("stay");
    }
  }

  /// What a cache said holds until it expires, whether it can be reached or not.
  @ParameterizedTest(name = "{0}, known {1}: {2}, {3}")
  @CsvSource(
      textBlock =
          """
          STOPPED,    false, STOPPED,    false
          WAITING,    false, WAITING,    false
          WAITING,    true,  WAITING,    true
          CONNECTING, true,  CONNECTING, true
          ASKED,      true,  WAITING,    true
          RECEIVING,  true,  WAITING,    true
          APPLYING,   true,  WAITING,    true
          SYNCED,     true,  WAITING,    true
          """)
  void expires(Phase phase, boolean isKnown, Phase next, boolean isFlushed) {
    RtrTransition after = MACHINE.step(in(phase, isKnown), new RtrEvent.Expired(RtrTimer.EXPIRE));

    assertThat(after.next().phase()).isEqualTo(next);
    assertThat(after.next().known()).isEmpty();
    assertThat(after.actions().contains(new RtrAction.Flush())).isEqualTo(isFlushed);
    assertThat(after.actions())
        .filteredOn(RtrAction.Tell.class::isInstance)
        .hasSize(isFlushed ? (phase == next ? 1 : 2) : 0);
  }

  /// Seconds that a timer runs from then on, `-` for one that is stopped.
  @ParameterizedTest(name = "{0} in {1} after {2} failures")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          connected | CONNECTING | 0 | REFRESH - SILENCE 60
          lost      | CONNECTING | 0 | SILENCE - REFRESH - RETRY 1
          lost      | SYNCED     | 3 | SILENCE - REFRESH - RETRY 8
          lost      | RECEIVING  | 8 | SILENCE - REFRESH - RETRY 256
          lost      | ASKED      | 9 | SILENCE - REFRESH - RETRY 300
          end       | RECEIVING  | 0 | SILENCE -
          applied   | APPLYING   | 2 | REFRESH 1000 EXPIRE 5000
          refresh   | SYNCED     | 0 | REFRESH - SILENCE 60
          notify    | SYNCED     | 0 | REFRESH - SILENCE 60
          silence   | RECEIVING  | 0 | SILENCE - REFRESH - RETRY 1
          retry     | WAITING    | 1 |
          expire    | WAITING    | 1 | EXPIRE -
          error     | SYNCED     | 0 | EXPIRE - SILENCE - REFRESH - RETRY 1
          """)
  void timersRun(String event, Phase phase, int failures, @Nullable String timers) {
    RtrTiming timing =
        new RtrTiming(Duration.ofSeconds(1000), Duration.ofSeconds(300), Duration.ofSeconds(5000));
    RtrState state = new RtrState(phase, 1, true, Optional.of(KNOWN), timing, failures);

    assertThat(
            MACHINE.step(state, event(event)).actions().stream()
                .map(RtrMachineTest::timer)
                .filter(it -> !it.isEmpty())
                .collect(Collectors.joining(" ")))
        .isEqualTo(timers == null ? "" : timers);
  }

  private static RtrEvent event(String name) {
    return switch (name) {
      case "connected" -> new RtrEvent.Connected();
      case "lost" -> new RtrEvent.Lost("reset");
      case "end" -> new RtrEvent.Received(1, pdu("end 7 6"));
      case "notify" -> new RtrEvent.Received(1, pdu("notify 7 6"));
      case "error" -> new RtrEvent.Received(1, pdu("error"));
      case "applied" -> new RtrEvent.Applied();
      default -> new RtrEvent.Expired(RtrTimer.valueOf(name.toUpperCase(Locale.ROOT)));
    };
  }

  private static String timer(RtrAction action) {
    return switch (action) {
      case RtrAction.SetTimer(var timer, var time) -> timer + " " + time.toSeconds();
      case RtrAction.StopTimer(var timer) -> timer + " -";
      default -> "";
    };
  }
}
