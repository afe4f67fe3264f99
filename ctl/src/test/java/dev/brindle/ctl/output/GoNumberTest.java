// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoNumberTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "64, 64",
    "65536, 65536",
    "262144, 2.6214e+05",
    "100000, 1e+05",
    "18446744073709551616, 1.8447e+19"
  })
  void fiveDigits(BigDecimal value, String expected) {
    assertThat(GoNumber.general(value, 5)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "100, 100",
    "10.5, 10.5",
    "-1, -1",
    "1000000, 1e+06",
    "10000000, 1e+07",
    "1234567, 1.234567e+06",
    "0.00001, 1e-05"
  })
  void asManyAsNeeded(double value, String expected) {
    assertThat(GoNumber.shortest(value)).isEqualTo(expected);
  }
}
