// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What runs in pods, made from its source.
final class EchoProgram {

  /// How the build of the plugin ends where there is none.
  private static final int NO_COMPILER = 3;

  private EchoProgram() {}

  /// Skips the test where there is no compiler, or no C library to be linked statically.
  static Path compile(Path directory) throws IOException, InterruptedException {
    Path program = directory.resolve("echo");
    List<String> line =
        List.of(
            "cc",
            "-static",
            "-Os",
            "-Wall",
            "-Wextra",
            "-o",
            program.toString(),
            "src/test/c/echo.c");
    Programs.need(List.of("cc"));
    Process compiler = new ProcessBuilder(line).inheritIO().start();
    assumeTrue(compiler.waitFor() == 0, "cc makes no static program");
    return program;
  }

  /// The CNI plugins as `brindle cni install` wants them.
  static Path compilePlugins(Path directory) throws IOException, InterruptedException {
    Path program = directory.resolve("brindle-cni");
    Process build =
        new ProcessBuilder("../cni/src/main/c/build", program.toString()).inheritIO().start();
    int code = build.waitFor();
    assumeTrue(code != NO_COMPILER, "no C compiler for the CNI plugin");
    assertThat(code).as("the CNI plugin compiles").isZero();
    for (String name : List.of("calico", "calico-ipam")) {
      Files.createSymbolicLink(directory.resolve(name), program.getFileName());
    }
    return directory;
  }
}
