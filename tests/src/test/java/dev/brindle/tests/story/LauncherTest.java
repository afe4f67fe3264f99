// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./brindle` where it cannot work: it says what is missing before anything else. And a first
/// build that is cut short: nothing of it goes on, or is used.
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

  /// To the launcher alone, or as a terminal sends it for Ctrl-C.
  @ParameterizedTest
  @CsvSource({"TERM, ''", "KILL, ''", "INT, -", "KILL, -"})
  void aBuildThatIsCutShortEndsAndIsMadeAfresh(String signal, String group) throws Exception {
    Path clone = clone("clone");
    Path compiled = clone.resolve("api/target/launch/half.class");
    maven(clone, "mkdir -p api/target/launch; echo half > %s; sleep 600".formatted(compiled));
    Process launcher =
        new ProcessBuilder(
                "env",
                "--default-signal=INT",
                "setsid",
                clone.resolve("brindle").toString(),
                "version")
            .redirectErrorStream(true)
            .redirectOutput(base.resolve("said").toFile())
            .start();
    Waiting.until("the build begins", () -> Files.exists(compiled));
    List<ProcessHandle> parts = launcher.descendants().toList();
    assertThat(parts).hasSizeGreaterThan(2);

    run(List.of("kill", "-" + signal, "--", group + launcher.pid()));

    assertThat(launcher.waitFor()).isGreaterThan(128);
    try {
      Waiting.until("all its parts end", () -> parts.stream().noneMatch(ProcessHandle::isAlive));
    } finally {
      parts.forEach(ProcessHandle::destroyForcibly);
    }
    assertThat(clone.resolve("target/brindle.built")).doesNotExist();

    maven(clone, "[ ! -e %s ] || echo 'half a class is used'; exit 1".formatted(compiled));
    assertThat(run(List.of(clone.resolve("brindle").toString(), "version")))
        .startsWith("1 ")
        .contains("the build failed")
        .doesNotContain("somebody builds already");
    assertThat(clone.resolve("target/brindle-build.log")).content().isEmpty();
  }

  @Test
  void trialRunsThatWereCutShortAreMadeGood() throws Exception {
    Path clone = clone("clone");
    Path jdk = Path.of(System.getProperty("java.home"));
    Files.createDirectories(clone.resolve("target/aot"));
    Files.createDirectories(clone.resolve("target/lib"));
    Files.writeString(
        clone.resolve("target/brindle.built"), "%s\n%s/bin/java\n".formatted(clone, jdk));
    Files.createFile(clone.resolve("target/brindle.trial"));
    List<String> command =
        List.of("env", "JAVA_HOME=" + jdk, clone.resolve("brindle").toString(), "version");

    assertThat(run(command)).contains("the trial runs of the last build were cut short, once more");
    assertThat(clone.resolve("target/brindle.trial")).doesNotExist();
    assertThat(run(command)).doesNotContain("trial runs");
  }

  /// What builds.
  private static void maven(Path clone, String script) throws IOException {
    Files.writeString(clone.resolve("mvnw"), "#!/bin/sh\ncd '%s'\n%s\n".formatted(clone, script));
    assertThat(clone.resolve("mvnw").toFile().setExecutable(true)).isTrue();
  }

  private Path clone(String name) throws IOException {
    Path home = base.toRealPath().resolve(name);
    Files.createDirectories(home.resolve(".mvn"));
    Files.copy(HOME.resolve("brindle"), home.resolve("brindle"));
    for (String part : List.of(".mvn/find-jdk.sh", ".mvn/programs.sh", ".mvn/help.txt")) {
      Files.copy(HOME.resolve(part), home.resolve(part));
    }
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
