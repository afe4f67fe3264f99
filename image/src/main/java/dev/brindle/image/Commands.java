// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Other programs that the build runs: each has a bound, and ends it with what it printed if it
/// fails.
public final class Commands {

  private static final int MINUTES = 15;

  private Commands() {}

  /// @return what it printed on both outputs
  /// @throws IOException if it cannot be started or does not end with 0
  public static String run(Path directory, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("%s takes longer than %d minutes".formatted(command, MINUTES));
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s ended with %d: %s"
              .formatted(String.join(" ", command), process.exitValue(), output.strip()));
    }
    return output;
  }
}
