// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./brindle` where it cannot work: it says what is missing before anything else.
final class LauncherTest {

  private static final Path HOME =
      Path.of(System.getProperty("maven.multiModuleProjectDirectory", ".."))
          .toAbsolutePath()
          .normalize();

  @TempDir private Path base;

  @Test
  void aDirectoryThatJavaCannotTakeIsNamed() throws Exception {
    Path clone = clone("a:b");

    assertThat(run(List.of(clone.resolve("brindle").toString(), "version")))
        .isEqualTo(
            "1 brindle: Java cannot run from a directory with ':' in its name: move %s\n"
                .formatted(clone));
  }

  @Test
  void aPlaceWhereItCannotBuildIsNamed() throws Exception {
    Path clone = clone("read only");
    Files.createFile(clone.resolve("target")); // holds for root too

    assertThat(run(List.of(clone.resolve("brindle").toString(), "version")))
        .startsWith("1 brindle: has to be built first")
        .contains(clone.resolve("target") + " cannot be written")
        .hasLineCount(2);
  }

  /// In a mount namespace in which no JDK is to be seen.
  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    BrindleCommand.needNamespaces();
    String script =
        """
        for place in /usr/lib/jvm /usr/java /opt /Library; do
          [ ! -d $place ] || mount -t tmpfs none $place || exit 9
        done
        unset JAVA_HOME
        HOME=/nonexistent PATH=/usr/bin:/bin exec "$0" version
        """;

    assertThat(
            run(
                List.of(
                    "unshare",
                    "--user",
                    "--map-root-user",
                    "--mount",
                    "sh",
                    "-c",
                    script,
                    HOME.resolve("brindle").toString())))
        .startsWith("1 brindle: no JDK 25 or newer found")
        .contains("openjdk-25-jdk-headless", "java-25-openjdk-devel", "set JAVA_HOME");
  }

  private Path clone(String name) throws IOException {
    Path home = base.toRealPath().resolve(name);
    Files.createDirectories(home.resolve(".mvn"));
    Files.copy(HOME.resolve("brindle"), home.resolve("brindle"));
    Files.copy(HOME.resolve(".mvn/find-jdk.sh"), home.resolve(".mvn/find-jdk.sh"));
    Files.createFile(home.resolve("pom.xml"));
    assertThat(home.resolve("brindle").toFile().setExecutable(true)).isTrue();
    return home;
  }

  /// The exit code, and all it said.
  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return "%d %s".formatted(process.waitFor(), said);
  }
}
