// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.AttributeFault;
import dev.brindle.bird.wire.ErrorAction;
import dev.brindle.bird.wire.Message.Update;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultLogTest {

  private static final AttributeFault FAULT =
      new AttributeFault(2, ErrorAction.DISCARD_ATTRIBUTE, "came twice, the first counts");

  private final HandTimer time = new HandTimer();
  private final List<String> said = new ArrayList<>();
  private final FaultLog log = new FaultLog(time, said::add);

  private static Update update(List<AttributeFault> faults, String... prefixes) {
    List<Cidr> withdrawn = Arrays.stream(prefixes).map(Cidr::parse).toList();
    return new Update(withdrawn, List.of(), Optional.empty(), faults);
  }

  /// RFC 7606 §6.
  @Test
  void saysWhoseAttributesTheyAre() {
    log.add(update(List.of(FAULT), "203.0.113.0/24"));
    log.add(update(List.of(FAULT), "203.0.113.0/24", "2001:db8::/32", "192.0.2.0/24"));

    assertThat(said)
        .containsExactly(FAULT + ", of 203.0.113.0/24", FAULT + ", of 203.0.113.0/24 and 2 more");
  }

  @Test
  void saysSomeAndCountsTheRest() {
    log.add(update(List.of(FAULT)));
    log.add(update(Collections.nCopies(1_000, FAULT)));

    assertThat(said).hasSize(FaultLog.MOST).containsOnly(FAULT.toString());

    time.pass(FaultLog.MINUTE);

    assertThat(said)
        .hasSize(FaultLog.MOST + 1)
        .last()
        .isEqualTo("991 more attributes with something wrong within a minute");
  }

  @Test
  void beginsAnewEachMinute() {
    log.add(update(Collections.nCopies(FaultLog.MOST, FAULT)));
    time.pass(FaultLog.MINUTE);
    assertThat(said).hasSize(FaultLog.MOST);

    log.add(update(List.of(FAULT)));

    assertThat(said).hasSize(FaultLog.MOST + 1).containsOnly(FAULT.toString());
    assertThat(time.waiting()).isOne();
  }

  @Test
  void nothingIsWrongMostly() {
    log.add(update(List.of()));

    assertThat(said).isEmpty();
    assertThat(time.waiting()).isZero();
  }
}
