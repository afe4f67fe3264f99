// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When a peer that never says so has told everything.
class LullTest {

  private final HandTimer time = new HandTimer();
  private int times;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          # what happens; numbers are seconds that pass, often enough
          60,                                   0
          keepalive,                            0
          keepalive 1,                          0
          keepalive 2,                          1
          keepalive 2 60,                       1
          update keepalive 2,                   1
          keepalive 1 update 1,                 0
          keepalive 1 update 1 1,               0
          keepalive 1 update 1 update 2,        0
          keepalive 1 update 1 1 1,             1
          keepalive 1 keepalive 1,              1
          keepalive 1 end 60,                   0
          keepalive 1 end keepalive 1,          0
          keepalive 1 end keepalive 2,          1
          end 60,                               0
          """)
  void isOverWhenNothingIsTold(String events, int expected) {
    Lull lull = new Lull(time, () -> times++);

    for (String event : Arrays.asList(events.split(" ", -1))) {
      switch (event) {
        case "keepalive" -> lull.begin();
        case "update" -> lull.heard();
        case "end" -> lull.end();
        default -> time.pass(Duration.ofSeconds(Long.parseLong(event)));
      }
    }

    assertThat(times).isEqualTo(expected);
  }
}
