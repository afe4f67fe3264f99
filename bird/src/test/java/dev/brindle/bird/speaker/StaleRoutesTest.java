// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.wire.Family.IPV4_UNICAST;
import static dev.brindle.bird.wire.Family.IPV6_UNICAST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.session.Retention;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PeerKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of the routes that a peer has not told again.
class StaleRoutesTest {

  private static final Map<Family, Duration> LONGER = Map.of(IPV4_UNICAST, Duration.ofHours(1));

  private final HandTimer time = new HandTimer();
  private final List<String> done = new ArrayList<>();
  private final StaleRoutes stale = new StaleRoutes(time, new Recording());

  private Conversation session = Conversations.of(PeerKind.EXTERNAL);

  private final class Recording implements StaleRoutes.Leftovers {

    @Override
    public void overdue() {
      done.add("late");
    }

    @Override
    public void sweep(Family family) {
      done.add("sweep" + number(family));
    }

    @Override
    public void demote(Family family) {
      done.add("demote" + number(family));
    }

    @Override
    public void remove(Family family) {
      done.add("remove" + number(family));
    }

    @Override
    public void markStale(Family family) {
      done.add("mark" + number(family));
    }
  }

  private static int number(Family family) {
    return family == IPV4_UNICAST ? 4 : 6;
  }

  /// After `|` stands what happened to the routes since the first of the steps that are behind the
  /// colon. `up4` is a session of a peer that went on forwarding IPv4, `down4` the end of one after
  /// which IPv4 is kept for two minutes, `down4+` for an hour more as a last resort.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # steps                            | what becomes of the routes
          : up                               | sweep4 sweep6
          up: down                           | remove4 remove6
          up: down4                          | sweep4 mark4 remove6
          up: downall                        | sweep4 mark4 sweep6 mark6
          up down4: 119                      |
          up down4: 120                      | late sweep4
          up down4+: 120                     | late demote4
          up down4+: 120 3600                | late demote4 sweep4
          up down4: up4 600                  | sweep6 sweep4
          up down4 up4: eor4 600             | sweep4
          up down4 up4: eor4 eor6            | sweep4 sweep6
          up down4: up                       | sweep4 sweep6
          up down4 up4: down4                | sweep4 mark4 remove6
          up down4 up4: moved4               | mark4 remove6
          up down4 moved4: 120               | late sweep4
          up down4: stop 9999                |
          up down4: giveup 9999              | sweep4 sweep6
          upgr: begin4                       |
          upgr: eor4 begin4 end4             | sweep4 mark4 sweep4
          up: begin4 360                     | mark4 sweep4
          up: begin4 eor4                    | mark4
          up: begin4 down4                   | mark4 mark4 remove6
          up: end4                           |
          """)
  void goWhenThePeerHasToldEverythingOrItsTimeIsOver(String steps, @Nullable String expected) {
    String[] parts = steps.split(":", -1);
    run(parts[0]);
    done.clear();
    run(parts[1]);

    assertThat(String.join(" ", done)).isEqualTo(expected == null ? "" : expected);
  }

  private void run(String steps) {
    for (String step : steps.trim().split(" ", -1)) {
      take(step);
    }
  }

  private void take(String step) {
    switch (step) {
      case "" -> {}
      case "up", "upgr", "up4" -> {
        session = session(step);
        stale.up(session);
      }
      case "down" -> stale.down(Retention.NOTHING, false);
      case "down4" -> stale.down(kept(Set.of(IPV4_UNICAST), Map.of()), false);
      case "down4+" -> stale.down(kept(Set.of(IPV4_UNICAST), LONGER), false);
      case "downall" -> stale.down(kept(Set.of(Family.values()), Map.of()), false);
      case "moved4" -> stale.down(kept(Set.of(IPV4_UNICAST), Map.of()), true);
      case "eor4" -> assertThat(stale.heardAll(IPV4_UNICAST)).isFalse();
      case "eor6" -> stale.heardAll(IPV6_UNICAST);
      case "begin4" -> stale.refreshBegins(IPV4_UNICAST, session.terms());
      case "end4" -> stale.refreshEnds(IPV4_UNICAST);
      case "stop" -> stale.stop();
      case "giveup" -> stale.giveUp();
      default -> time.pass(Duration.ofSeconds(Long.parseLong(step)));
    }
  }

  private static Conversation session(String step) {
    return switch (step) {
      case "up4" -> Conversations.restarting(IPV4_UNICAST);
      case "upgr" -> Conversations.restarting();
      default -> Conversations.of(PeerKind.EXTERNAL);
    };
  }

  private static Retention kept(Set<Family> families, Map<Family, Duration> longer) {
    return new Retention(Duration.ofMinutes(2), families, longer);
  }
}
