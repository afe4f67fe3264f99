// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ResourcesPageTest {

  private static final Path PAGE = Path.of("..", "docs", "resources.md");

  /// `-Dgolden.update=true` writes it anew.
  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, ResourcesPage.text());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(ResourcesPage.text());
  }
}
