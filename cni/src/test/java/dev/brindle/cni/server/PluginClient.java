// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The plugin in each of its forms: what they must do is the same.
enum PluginClient {
  JAVA,
  /// As it is installed.
  C("c"),
  /// Ends with a report, and no answer, as soon as it touches memory that is not its own.
  C_SANITIZED(
      "c-sanitized",
      "-O1",
      "-g",
      "-Wall",
      "-Wextra",
      "-Werror",
      "-fsanitize=address,undefined",
      "-fno-sanitize-recover=all");

  private static final int NO_COMPILER = 3;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> command;

  @SuppressWarnings("ImmutableEnumChecker") // it is, Error Prone does not know
  private final Optional<String> problem;

  PluginClient() {
    command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xint",
            "-XX:+UseSerialGC",
            "-cp",
            Path.of("target/classes").toAbsolutePath().toString(),
            "dev.brindle.cni.plugin.PluginMain");
    problem = Optional.empty();
  }

  PluginClient(String name, String... flags) {
    Path program = Path.of("target", "brindle-cni-" + name).toAbsolutePath();
    command = List.of(program.toString());
    problem = compile(program, flags);
  }

  /// @return why there is none
  private static Optional<String> compile(Path program, String... flags) {
    List<String> words = new ArrayList<>(List.of("src/main/c/build", program.toString()));
    words.addAll(List.of(flags));
    try {
      Files.deleteIfExists(program);
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0 && code != NO_COMPILER) {
        throw new AssertionError("the plugin in C does not compile: " + said);
      }
      return code == 0 ? Optional.empty() : Optional.of(said.strip());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Skips the test if this one cannot be made here.
  void needed() {
    assumeTrue(problem.isEmpty(), () -> problem.orElse(""));
  }

  /// What starts it.
  List<String> command() {
    return command;
  }

  /// What the plugin ended with.
  record Ended(int exitCode, String output) {}

  /// @param variables over those of this process
  /// @param wrapper a program that starts the plugin; may be empty
  ProcessBuilder builder(Map<String, String> variables, String... wrapper) {
    List<String> words = new ArrayList<>(List.of(wrapper));
    words.addAll(command);
    var builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(variables);
    return builder;
  }

  /// Writes its whole input, and leaves it to itself.
  static Process start(ProcessBuilder builder, String input) throws IOException {
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // it ended without reading all of it
    }
    return process;
  }

  static Ended ended(Process process) throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
