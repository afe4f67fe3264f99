// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.lab.host.Host;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs programs that end soon, such as `brindle apply`, and gives what they wrote.
public final class CommandLine {

  private static final int MOST_OUTPUT = 16 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private CommandLine() {}

  /// `brindle apply -f FILE` against the lab's store.
  ///
  /// @param machine where to run it; empty for the supervisor's own
  /// @throws ProgramFailure with its words, if it fails
  public static String apply(
      Installation installation, Optional<Host> machine, Workplace workplace, Path file)
      throws IOException, InterruptedException {
    return brindle(installation, machine, workplace, List.of("apply", "-f", String.valueOf(file)));
  }

  /// A command for people, against the lab's store.
  ///
  /// @param machine where to run it; empty for the supervisor's own
  /// @param order what comes after `brindle`
  /// @throws ProgramFailure with its words, if it fails
  public static String brindle(
      Installation installation, Optional<Host> machine, Workplace workplace, List<String> order)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(installation.launcher().toString()));
    words.addAll(order);
    return run(machine.map(host -> host.command(words)).orElse(words), workplace.cluster());
  }

  /// @return all it wrote to standard output
  /// @throws ProgramFailure with all it wrote, if its exit code is not 0
  public static String run(List<String> words, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words)).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output;
    try (InputStream out = process.getInputStream()) {
      output = new String(out.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
    }
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new ProgramFailure(String.join(" ", words) + " did not end");
    }
    if (process.exitValue() != 0) {
      throw new ProgramFailure("%s: %s".formatted(String.join(" ", words), output.strip()));
    }
    return output;
  }
}
