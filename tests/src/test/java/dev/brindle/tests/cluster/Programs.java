// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where programs are: in the directory that KUBEBUILDER_ASSETS names, or on the PATH.
final class Programs {

  private static final String ASSETS = "KUBEBUILDER_ASSETS";

  private Programs() {}

  /// Skips the test unless all are there, naming those that are not.
  static void need(List<String> names) {
    List<String> missing = names.stream().filter(name -> find(name).isEmpty()).toList();
    assumeTrue(
        missing.isEmpty(),
        () ->
            "neither in the directory that %s names nor on the PATH: %s"
                .formatted(ASSETS, String.join(", ", missing)));
  }

  static String path(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException("there is no " + name))
        .toString();
  }

  private static Optional<Path> find(String name) {
    return Stream.concat(
            Stream.of(environment(ASSETS)),
            Arrays.stream((environment("PATH") + ":/usr/sbin:/sbin").split(":", -1)))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory, name).toAbsolutePath())
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private static String environment(String name) {
    return System.getenv().getOrDefault(name, "");
  }
}
