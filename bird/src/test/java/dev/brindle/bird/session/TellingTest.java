// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TellingTest {

  @ParameterizedTest(name = "{0}, owed {1}: {2}")
  @CsvSource(
      textBlock =
          """
          # phase, owed,  event,       next,    owed,  to do
          FIRST,   false, asked,       FIRST,   true,
          FIRST,   false, told,        IN_STEP, false, END_OF_RIB
          FIRST,   true,  told,        RESTING, true,  END_OF_RIB REST
          FIRST,   false, told early,  HELD,    false,
          FIRST,   true,  told early,  HELD,    true,
          FIRST,   false, released,    FIRST,   false,
          FIRST,   false, rested,      FIRST,   false,
          HELD,    false, asked,       HELD,    true,
          HELD,    false, told,        HELD,    false,
          HELD,    false, released,    IN_STEP, false, END_OF_RIB
          HELD,    true,  released,    RESTING, true,  END_OF_RIB REST
          HELD,    true,  rested,      HELD,    true,
          IN_STEP, false, asked,       AGAIN,   false, BEGIN
          IN_STEP, false, told,        IN_STEP, false,
          IN_STEP, false, released,    IN_STEP, false,
          IN_STEP, false, rested,      IN_STEP, false,
          AGAIN,   false, asked,       AGAIN,   true,
          AGAIN,   true,  asked,       AGAIN,   true,
          AGAIN,   false, told,        RESTING, false, END REST
          AGAIN,   true,  told early,  RESTING, true,  END REST
          AGAIN,   false, released,    AGAIN,   false,
          AGAIN,   false, rested,      AGAIN,   false,
          RESTING, false, asked,       RESTING, true,
          RESTING, true,  asked,       RESTING, true,
          RESTING, false, told,        RESTING, false,
          RESTING, true,  released,    RESTING, true,
          RESTING, false, rested,      IN_STEP, false,
          RESTING, true,  rested,      AGAIN,   false, BEGIN
          """)
  void goesOn(
      Telling.Phase phase,
      boolean isOwed,
      String event,
      Telling.Phase next,
      boolean isOwedNext,
      String acts) {
    Telling telling = new Telling(phase, isOwed);
    Telling.Step step =
        switch (event) {
          case "asked" -> telling.asked();
          case "told" -> telling.told(true);
          case "told early" -> telling.told(false);
          case "released" -> telling.released();
          case "rested" -> telling.rested();
          default -> throw new IllegalArgumentException(event);
        };

    assertThat(step.next()).isEqualTo(new Telling(next, isOwedNext));
    assertThat(step.acts().stream().map(Telling.Act::name))
        .containsExactly(acts == null ? new String[0] : acts.split(" ", -1));
  }

  @Test
  void aStormIsToldTwiceUntilItRests() {
    Telling telling = Telling.FIRST.told(true).next();
    int begun = 0;
    for (int i = 0; i < 1000; i++) {
      Telling.Step step = telling.asked();
      begun += step.acts().contains(Telling.Act.BEGIN) ? 1 : 0;
      telling = step.next();
    }
    telling = telling.told(true).next();
    for (int i = 0; i < 1000; i++) {
      Telling.Step step = telling.asked();
      begun += step.acts().contains(Telling.Act.BEGIN) ? 1 : 0;
      telling = step.next();
    }
    begun += telling.rested().acts().contains(Telling.Act.BEGIN) ? 1 : 0;

    assertThat(begun).isEqualTo(2);
  }
}
