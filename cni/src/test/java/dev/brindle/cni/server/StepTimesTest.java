// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StepTimesTest {

  @Test
  void eachStepCountsFromTheOneBefore() {
    var clock = new AtomicLong(5_000_000);
    var times = new StepTimes(clock::get);

    clock.addAndGet(3_000_000);
    times.done("addresses");
    clock.addAndGet(8_960_000);
    times.done("interfaces");

    assertThat(times).hasToString("12.0 ms: addresses 3.0, interfaces 9.0");
  }
}
