// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KilledTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          137 | killed by signal 9 (by somebody, or for lack of memory: dmesg tells), and all
          139 | killed by signal 11, and all
          """)
  void aSignalThatLeavesNoWordIsNamed(int code, String words) {
    assertThat(Killed.said(code)).hasValueSatisfying(text -> assertThat(text).contains(words));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 127, 129, 130, 143})
  void whoEndedByItselfOrWasAskedToHasSaidWhatThereIs(int code) {
    assertThat(Killed.said(code)).isEmpty();
  }
}
