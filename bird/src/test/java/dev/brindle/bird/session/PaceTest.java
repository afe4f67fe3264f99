// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

  private final long now = Long.parseLong("9223372036854775800"); // such a clock may run over

  @ParameterizedTest(name = "{0} messages: {1} us")
  @CsvSource({"0, 0", "15, 0", "16, 1600", "500, 50000", "2000, 200000", "1000000, 200000"})
  void restsAsLongAsSendingManyMessagesWouldTakeSeveralTimes(int sent, long micros) {
    Pace pace = Pace.after(sent, now);
    assertThat(pace.rest(now)).isEqualTo(micros * 1000);
  }

  @Test
  void theTimeThatHasPassedCounts() {
    Pace pace = Pace.after(500, now);
    assertThat(pace.rest(now + 49_000_000)).isEqualTo(1_000_000);
    assertThat(pace.rest(now + 50_000_000)).isZero();
    assertThat(pace.rest(now + 3_600_000_000_000L)).isZero();
  }
}
