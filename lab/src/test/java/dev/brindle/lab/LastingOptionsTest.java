// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.OptionsParser;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is refused before anything is started.
class LastingOptionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --json | --json is the tour's report
          --keep | --keep is for the tour
          """)
  void aLabThatStaysHasNoReport(String word, String message) {
    LabOptions options = OptionsParser.parse(List.of(word));

    assertThatThrownBy(() -> RunningLab.checkStays(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aTopologyThatIsNoFileIsNamed(@TempDir Path directory) {
    LabOptions options = OptionsParser.parse(List.of("--topology", directory.toString()));

    assertThatThrownBy(() -> LabMain.topology(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--topology %s: no file that can be read".formatted(directory));
  }
}
