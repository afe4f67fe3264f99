// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.lab.fault.Fault;
import dev.brindle.lab.fault.FaultTable;
import dev.brindle.lab.fault.NotSeeded;
import dev.brindle.node.doctor.check.Symptom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whoever teaches the doctor a finding seeds it in the lab, or says why that cannot be.
final class SeededFindingsTest {

  private static final Path DESIGN = Path.of("..", "lab", "DESIGN.md");

  @Test
  void everyFindingIsSeededOrSaidWhyNot() {
    List<String> findings = Arrays.stream(Symptom.values()).map(Symptom::toString).toList();
    Stream<String> accounted =
        Stream.concat(
            Arrays.stream(Fault.values()).map(Fault::toString),
            Arrays.stream(NotSeeded.values()).map(NotSeeded::toString));
    assertThat(accounted).containsExactlyInAnyOrderElementsOf(findings);
  }

  @Test
  void thePageHasWhatCannotBe() throws IOException {
    String page = Files.readString(DESIGN);
    for (NotSeeded each : NotSeeded.values()) {
      assertThat(page).contains("| `%s` | %s |\n".formatted(each, each.why()));
    }
  }

  @Test
  void theListNamesAll() {
    String list = FaultTable.text();
    for (Symptom each : Symptom.values()) {
      assertThat(list).contains("  %s ".formatted(each));
    }
  }
}
