// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page that people read has all that can be found, as the program says it.
class TroubleshootTest {

  private static final Path PAGE = Path.of("..", "docs", "troubleshoot.md");
  private static final String BEGIN = "<!-- findings of brindle doctor -->\n";

  @Test
  void thePageHasEveryFinding() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    String table = Symptom.table();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, page.substring(0, begin) + table);
    } else {
      assertThat(page.substring(begin)).isEqualTo(table);
    }
  }
}
