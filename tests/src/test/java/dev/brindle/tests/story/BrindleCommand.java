// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.tests.program.Launcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `./brindle`, run as a user runs it who has run it before.
///
/// @param state the user's `$XDG_STATE_HOME`, where a lab that stays has its files
record BrindleCommand(Path state) {

  private static final Duration PATIENCE = Duration.ofMinutes(8);

  /// What came of a command.
  record Result(int code, String out, String err) {

    /// Fails with all that was said, unless the exit code is 0.
    Result ok() {
      assertThat(code).as("exit code; it said:%n%s%n%s", out, err).isZero();
      return this;
    }
  }

  /// Skips the test where the kernel gives nobody like us namespaces.
  static void needNamespaces() throws IOException, InterruptedException {
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    List<String> words = new ArrayList<>(List.of("unshare", "--mount", "--net", "--pid", "--fork"));
    if (!isRoot) {
      words.addAll(List.of("--user", "--map-root-user"));
    }
    words.add("true");
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(process.waitFor() == 0, () -> "no namespaces here: " + said.strip());
  }

  Result run(String... words) throws IOException, InterruptedException {
    return end(start(words));
  }

  /// @param variable as `NAME=value`
  Result runWith(String variable, String... words) throws IOException, InterruptedException {
    return end(start(List.of("env", variable), words));
  }

  /// In a user namespace with root in it and nobody else.
  Result runAsOnlyUser(String... words) throws IOException, InterruptedException {
    return end(start(List.of("unshare", "--user", "--map-root-user", "--"), words));
  }

  /// Through another program that finds the launcher in `PATH` by another name.
  ///
  /// @param name of a link to the launcher
  Result runByLink(String name, String... words) throws IOException, InterruptedException {
    Path links = Files.createDirectories(state.resolve("links"));
    Files.createSymbolicLink(links.resolve(name), Launcher.path());
    Result first = run("version", "--client");
    assertThat(first.code()).as(first.err()).isZero();
    Path out = Files.createTempFile(state, "out", ".txt");
    Path err = Files.createTempFile(state, "err", ".txt");
    List<String> command = new ArrayList<>(List.of("env")); // looks with the PATH it is given
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().merge("PATH", links.toString(), (path, link) -> link + ":" + path);
    return end(new Running(String.join(" ", words), builder.start(), out, err));
  }

  Running start(String... words) throws IOException {
    return start(List.of(), words);
  }

  private Running start(List<String> wrapper, String... words) throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Launcher.path().toString());
    command.addAll(List.of(words));
    Path out = Files.createTempFile(state, "out", ".txt");
    Path err = Files.createTempFile(state, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("XDG_STATE_HOME", state.toString());
    return new Running(String.join(" ", command), builder.start(), out, err);
  }

  /// A command that goes on meanwhile.
  record Running(String command, Process process, Path out, Path err) {}

  Result end(Running running) throws IOException, InterruptedException {
    if (!running.process().waitFor(PATIENCE)) {
      running.process().destroy();
      throw new AssertionError(
          "%s did not end within %s; it said:%n%s"
              .formatted(running.command(), PATIENCE, Files.readString(running.err())));
    }
    Result result =
        new Result(
            running.process().exitValue(),
            Files.readString(running.out()),
            Files.readString(running.err()));
    Files.delete(running.out());
    Files.delete(running.err());
    return result;
  }
}
