// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReimportTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                                  | same import | keeps more | can ask | routes
          a limit has changed                      | true        | false      | true    | NOTHING
          and the peer is old                      | true        | false      | false   | NOTHING
          another filter                           | false       | false      | true    | ALL
          another filter, the peer cannot be asked | false       | false      | false   | ALL
          somebody begins to watch                 | true        | true       | true    | ALL
          and the peer cannot be asked             | true        | true       | false   | FROM_NOW_ON
          both                                     | false       | true       | false   | ALL
          """)
  void concerns(
      String story, boolean isSameImport, boolean keepsMore, boolean canAsk, Reimport routes) {
    assertThat(Reimport.of(isSameImport, keepsMore, canAsk)).isEqualTo(routes);
  }
}
