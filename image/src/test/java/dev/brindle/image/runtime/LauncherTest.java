// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.image.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in C, with a stand-in for java that prints what it is given.
class LauncherTest {

  private static final Path BUILD = Path.of("src/main/c/build").toAbsolutePath();

  @TempDir private Path home;

  @BeforeEach
  void makeHome() throws Exception {
    for (String part : List.of("bin", "runtime/bin", "launch")) {
      Files.createDirectories(home.resolve(part));
    }
    assumeStaticPrograms();
    Commands.run(home, Map.of(), List.of(BUILD.toString(), "cc", home.resolve("bin").toString()));
    Path java = home.resolve("runtime/bin/java");
    Files.writeString(java, "#!/bin/sh\necho \"X=$X\"\nfor word; do echo \"$word\"; done\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String program : List.of("node", "ctl", "controllers")) {
      Files.writeString(
          home.resolve("launch").resolve(program), "#main M." + program + "\n#env X=1\n-Xx\n");
    }
    Files.writeString(home.resolve("launch/help"), "all programs\n");
    for (String name : List.of("calicoctl", "kubectl-brindle")) {
      Files.createSymbolicLink(home.resolve("bin").resolve(name), Path.of("brindle"));
    }
  }

  /// Says nothing about ours, which must compile then.
  private void assumeStaticPrograms() throws IOException, InterruptedException {
    Path empty = Files.writeString(home.resolve("empty.c"), "int main(void) { return 0; }\n");
    String program = home.resolve("empty").toString();
    try {
      Commands.run(home, Map.of(), List.of("cc", "-static", "-o", program, empty.toString()));
    } catch (IOException e) {
      assumeTrue(false, "needs a C compiler with a static C library: " + e.getMessage());
    }
  }

  @Test
  void programsAreStartedByTheirName() throws Exception {
    assertThat(run("brindle", "node", "run", "--name=a b"))
        .containsExactly(
            "X=1", "-Dbrindle.program=brindle", at("node"), "M.node", "run", "--name=a b");
    assertThat(run("brindle", "controllers", "--help"))
        .containsExactly(
            "X=1", "-Dbrindle.program=brindle", at("controllers"), "M.controllers", "--help");
  }

  @Test
  void allElseIsCalicoctl() throws Exception {
    assertThat(run("brindle", "node", "status")).endsWith("M.ctl", "node", "status");
    assertThat(run("brindle", "ctl")).endsWith("M.ctl", "ctl");
    assertThat(run("brindle", "../launch/node")).endsWith("M.ctl", "../launch/node");
    assertThat(run("brindle")).endsWith("M.ctl");
  }

  @Test
  void otherNamesHaveOtherCommands() throws Exception {
    assertThat(run("calicoctl", "node", "run")).contains("-Dbrindle.program=calicoctl", "M.node");
    assertThat(run("calicoctl", "controllers")).endsWith("M.ctl", "controllers");
    assertThat(run("kubectl-brindle", "node", "run")).endsWith("M.ctl", "node", "run");
  }

  @Test
  void helpNamesThePrograms() throws Exception {
    assertThat(run("brindle", "--help")).startsWith("all programs").endsWith("M.ctl", "--help");
    assertThat(run("calicoctl", "--help")).startsWith("X=1");
  }

  @Test
  void theEnvironmentCountsMore() throws Exception {
    List<String> command = List.of(home.resolve("bin/brindle").toString(), "get");
    String output =
        Commands.run(home, Map.of("X", "7", "BRINDLE_JAVA_OPTS", " -Xa  -Xb "), command);
    assertThat(output.lines())
        .containsExactly(
            "X=7", "-Dbrindle.program=brindle", at("ctl"), "-Xa", "-Xb", "M.ctl", "get");
  }

  private String at(String program) {
    return "@" + home.resolve("launch").resolve(program);
  }

  private List<String> run(String name, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin").resolve(name).toString()));
    command.addAll(List.of(words));
    return Commands.run(home, Map.of(), command).lines().toList();
  }
}
