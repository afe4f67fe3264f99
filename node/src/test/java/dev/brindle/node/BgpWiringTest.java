// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.bfd.BfdRemote;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BgpWiringTest {

  private static Duration bearable(int transmitInterval, int detectionTime) {
    return BgpWiring.bearablePause(
        new BfdReport(
            BfdState.UP,
            Instant.EPOCH,
            new BfdRemote(BfdState.UP, 1, 0, 0, 3, false, false),
            0,
            Duration.ofMillis(transmitInterval),
            Duration.ofMillis(detectionTime),
            0,
            0,
            0,
            ""));
  }

  @Test
  void aPauseIsNoLongerThanTheIntervalOfOurPackets() {
    assertThat(bearable(50, 900)).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void aPauseIsNoLongerThanHalfTheTimeWeWaitForTheirs() {
    assertThat(bearable(300, 90)).isEqualTo(Duration.ofMillis(45));
  }
}
