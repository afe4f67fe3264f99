// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.image.Architecture;
import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// With the JDK that runs the test, for programs.
class NeededPackagesTest {

  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final Content JAVA = Content.of(JDK.resolve("bin/java"));
  private static final Content LIBRARY = Content.of(JDK.resolve("lib/libjli.so"));

  @Test
  void aRuntimeNeedsTheCLibrary() throws IOException {
    FileTree tree = new FileTree().program("bin/java", JAVA).file("lib/libjli.so", LIBRARY);
    assertThat(NeededPackages.of(tree, Architecture.host())).contains("libc6");
  }

  @Test
  void aLibraryThatNobodyBringsIsNamed() {
    FileTree tree = new FileTree().program("bin/java", JAVA);
    assertThatThrownBy(() -> NeededPackages.of(tree, Architecture.host()))
        .hasMessageContaining("bin/java needs libjli.so");
  }

  @Test
  void aProgramForAnotherMachineIsNamed() {
    Architecture other =
        Arrays.stream(Architecture.values())
            .filter(it -> it != Architecture.host())
            .findFirst()
            .orElseThrow();
    FileTree tree = new FileTree().program("bin/java", JAVA);
    assertThatThrownBy(() -> NeededPackages.of(tree, other))
        .hasMessageContaining("bin/java is for another machine");
  }

  @Test
  void otherFilesNeedNothing() throws IOException {
    FileTree tree = new FileTree().file("text", Content.of("text")).file("empty", Content.of(""));
    assertThat(NeededPackages.of(tree, Architecture.host())).isEmpty();
  }

  @Test
  void aProgramThatIsCutShortIsNoSurprise() throws IOException {
    FileTree tree = new FileTree().file("x", Content.of(Arrays.copyOf(LIBRARY.bytes(), 200)));
    assertThatThrownBy(() -> NeededPackages.of(tree, Architecture.host()))
        .hasMessageContaining("cut short");
  }
}
