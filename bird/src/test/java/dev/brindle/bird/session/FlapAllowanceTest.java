// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlapAllowanceTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private static FlapAllowance after(int flaps) {
    FlapAllowance allowance = FlapAllowance.FULL;
    for (int i = 0; i < flaps; i++) {
      allowance = allowance.spent(NOON);
    }
    return allowance;
  }

  @ParameterizedTest(name = "{0} flaps, {1} s later")
  @CsvSource(
      textBlock =
          """
          0, 0, false
          19, 0, false
          20, 0, true
          20, 4, true
          20, 5, false
          1000, 4, true
          1000, 5, false
          """)
  void isSpent(int flaps, int seconds, boolean expected) {
    assertThat(after(flaps).isSpent(NOON.plusSeconds(seconds))).isEqualTo(expected);
  }

  @Test
  void comesBackAndNoFurther() {
    FlapAllowance rested = after(1000).spent(NOON.plusSeconds(3_600));

    assertThat(rested.left()).isEqualTo(FlapAllowance.MOST - 1);
  }

  @Test
  void aClockThatIsSetBackGivesNothingAndTakesNoMoreThanAll() {
    assertThat(after(0).isSpent(NOON)).isFalse();
    assertThat(after(1).spent(NOON.minusSeconds(3_600)).left()).isZero();
    assertThat(after(20).spent(NOON.minusSeconds(3_600)).isSpent(NOON.minusSeconds(3_595)))
        .isFalse();
  }
}
