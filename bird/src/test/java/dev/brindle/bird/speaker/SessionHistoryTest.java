// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.session.FlapAllowance;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How sessions came and went.
class SessionHistoryTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final SessionHistory history = new SessionHistory();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what happened                           | why there is none | how often | why it ended last
          held: waits for BFD                       | waits for BFD     | 0         |
          failed: refused                           | refused           | 0         |
          failed: refused, up                       |                   | 0         |
          up, down: hold timer                      | hold timer        | 1         | hold timer
          up, down: hold timer, failed: refused     | refused           | 1         | hold timer
          up, down: hold timer, up                  |                   | 1         | hold timer
          up, down: hold timer, up, down: shut down | shut down         | 2         | shut down
          down: BFD, held: waits for BFD            | waits for BFD     | 1         | BFD
          """)
  void saysWhyThereIsNone(
      String events, @Nullable String reason, int flaps, @Nullable String lastReason) {
    Arrays.stream(events.split(", ", -1)).forEach(event -> happens(event, NOON));

    assertThat(history.reason()).isEqualTo(reason == null ? "" : reason);
    assertThat(history.flaps()).isEqualTo(flaps);
    assertThat(history.lastReason()).isEqualTo(lastReason == null ? "" : lastReason);
    assertThat(history.lastDown()).isEqualTo(flaps == 0 ? Optional.empty() : Optional.of(NOON));
  }

  private void happens(String event, Instant when) {
    String why = event.substring(event.indexOf(' ') + 1);
    switch (event.split("[: ]", -1)[0]) {
      case "held" -> history.held(why);
      case "failed" -> history.failed(why, when);
      case "down" -> history.down(why, when);
      default -> history.up();
    }
  }

  /// The end of a session is said in a line of its own: what fails for the same reason right after
  /// it is no news, but after another session it is.
  @Test
  void whatFailsForTheReasonThatEndedTheSessionIsNoNews() {
    history.down("connection reset", NOON);
    assertThat(history.failed("connection reset", NOON.plusSeconds(9))).isFalse();

    history.up();
    assertThat(history.failed("connection reset", NOON.plusSeconds(18))).isTrue();
  }

  @Test
  void tooManyEndsAreSaidOnceAndAPardonForgetsThem() {
    for (int i = 1; i < FlapAllowance.MOST; i++) {
      assertThat(history.down("reset", NOON)).isFalse();
    }
    assertThat(history.isTooOften(NOON)).isFalse();

    assertThat(history.down("reset", NOON)).isTrue();
    assertThat(history.isTooOften(NOON)).isTrue();
    assertThat(history.down("reset", NOON)).isFalse();

    history.pardon();
    assertThat(history.isTooOften(NOON)).isFalse();
    assertThat(history.flaps()).isEqualTo(FlapAllowance.MOST + 1);
  }
}
