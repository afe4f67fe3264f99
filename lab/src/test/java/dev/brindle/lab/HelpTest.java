// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelpTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --help                   | true
          help                     | true
          up -h                    | true
          --nodes 3 --help         | true
          node kill --help         | true
          exec --help              | true
          exec node1 -- ls --help  | false
          exec node1 ls -h         | false
          doctor --help            | true
          doctor node1 --help      | false
          fault --help             | true
          up --nodes 3             | false
          """)
  void isAskedForAnywhereButInACommandForAMachine(String words, boolean expected) {
    assertThat(Help.isAskedFor(List.of(words.split(" ", -1)))).isEqualTo(expected);
  }
}
