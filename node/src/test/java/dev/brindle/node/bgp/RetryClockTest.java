// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryClockTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final RetryClock clock = new RetryClock(0);

  @Test
  void waitsEverLonger() {
    long[] seconds = {2, 4, 8, 16, 32, 60, 60};
    long now = 0;
    for (long pause : seconds) {
      clock.refused(now);
      clock.refused(now + SECOND);
      assertThat(clock.next()).isEqualTo(now + pause * SECOND);
      now = clock.next();
      assertThat(clock.isDue(now)).isTrue();
      clock.tried(now, 1);
    }
    clock.taken();
    clock.refused(now);
    assertThat(clock.next()).isEqualTo(now + 2 * SECOND);
  }

  @Test
  void withoutRefusedOnesThereIsNothingToHurry() {
    clock.hurry(5);

    assertThat(clock.next()).isEqualTo(RetryClock.NEVER);
    assertThat(clock.isDue(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void newsHelpAtOnceAndThenAtABoundedRate() {
    clock.refused(0);
    clock.hurry(MILLI);
    assertThat(clock.isDue(MILLI)).isTrue();
    clock.tried(MILLI, 100_000);

    clock.refused(2 * MILLI);
    clock.hurry(3 * MILLI);
    assertThat(clock.isDue(3 * MILLI)).isFalse();
    assertThat(clock.next()).isEqualTo(2 * MILLI + 2 * 2 * SECOND);

    clock.tried(5 * SECOND, 1_000);
    clock.refused(5 * SECOND);
    clock.hurry(5 * SECOND + MILLI);
    assertThat(clock.next()).isEqualTo(5 * SECOND + 150 * MILLI);
  }
}
