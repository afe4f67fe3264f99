// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.AttributeFault;
import dev.brindle.bird.wire.ErrorAction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultLogTest {

  private static final AttributeFault FAULT =
      new AttributeFault(2, ErrorAction.DISCARD_ATTRIBUTE, "came twice, the first counts");

  private final HandTimer time = new HandTimer();
  private final List<String> said = new ArrayList<>();
  private final FaultLog log = new FaultLog(time, said::add);

  @Test
  void saysSomeAndCountsTheRest() {
    log.add(List.of(FAULT));
    log.add(Collections.nCopies(1_000, FAULT));

    assertThat(said).hasSize(FaultLog.MOST).containsOnly(FAULT.toString());

    time.pass(FaultLog.MINUTE);

    assertThat(said)
        .hasSize(FaultLog.MOST + 1)
        .last()
        .isEqualTo("991 more attributes with something wrong within a minute");
  }

  @Test
  void beginsAnewEachMinute() {
    log.add(Collections.nCopies(FaultLog.MOST, FAULT));
    time.pass(FaultLog.MINUTE);
    assertThat(said).hasSize(FaultLog.MOST);

    log.add(List.of(FAULT));

    assertThat(said).hasSize(FaultLog.MOST + 1).containsOnly(FAULT.toString());
    assertThat(time.waiting()).isOne();
  }

  @Test
  void nothingIsWrongMostly() {
    log.add(List.of());

    assertThat(said).isEmpty();
    assertThat(time.waiting()).isZero();
  }
}
