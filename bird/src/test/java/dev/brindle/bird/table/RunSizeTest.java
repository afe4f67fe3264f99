// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunSizeTest {

  @ParameterizedTest(name = "{0} units take {1}")
  @CsvSource({
    "3, 3",
    "128, 128",
    "129, 160",
    "160, 160",
    "161, 192",
    "256, 256",
    "257, 320",
    "4095, 4096",
    "4096, 4096"
  })
  void takesTheNextSize(int units, int taken) {
    assertThat(RunSize.units(RunSize.of(units))).isEqualTo(taken);
  }

  @Test
  void wastesAtMostAFifth() {
    for (int units = 1; units <= 4096; units++) {
      int kind = RunSize.of(units);
      assertThat(kind).isBetween(1, RunSize.CLASSES - 1);
      assertThat(RunSize.units(kind)).isBetween(units, units + (units - 1) / 4);
    }
    assertThat(RunSize.of(4097)).isEqualTo(RunSize.ALONE);
  }
}
