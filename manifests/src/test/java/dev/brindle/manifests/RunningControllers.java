// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// `brindle controllers` in a process of their own.
final class RunningControllers implements AutoCloseable {

  private static final String MAIN = "dev.brindle.controllers.ControllersMain";
  private static final long PATIENCE_SECONDS = 90;

  private final Process process;
  private final Path log;

  private RunningControllers(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// @param directory for what they say
  static RunningControllers start(Path directory, Map<String, String> variables)
      throws IOException {
    Path log = directory.resolve("controllers.log");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                MAIN)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(variables);
    return new RunningControllers(builder.start(), log);
  }

  /// What they do some time, if they do not end before.
  void await(String what, BooleanSupplier isSo) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end || process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("not so: %s%n%s".formatted(what, said()));
      }
    }
  }

  private String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
