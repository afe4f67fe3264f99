// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import dev.brindle.lab.topology.RouterKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// Where the programs are.
///
/// @param launcher the `brindle` command
/// @param plugin what kubelet runs
public record Installation(Path launcher, Path plugin) {

  /// @param environment BRINDLE_LAUNCHER and BRINDLE_CNI_PLUGIN win over what lies under `home`;
  ///     there BRINDLE_CNI_CLIENT chooses between the plugin in `java` and in `c`
  /// @param home the system property `brindle.home`, which the launcher sets
  /// @throws IllegalArgumentException if neither says where a program is, or it is not there
  public static Installation find(Map<String, String> environment, Optional<String> home) {
    return new Installation(
        program(environment, "BRINDLE_LAUNCHER", home, "brindle"),
        program(environment, "BRINDLE_CNI_PLUGIN", home, "target/bin/" + plugin(environment)));
  }

  private static String plugin(Map<String, String> environment) {
    String client = environment.getOrDefault("BRINDLE_CNI_CLIENT", "");
    return switch (client) {
      case "" -> "brindle-cni";
      case "java", "c" -> "brindle-cni-" + client;
      default ->
          throw new IllegalArgumentException(
              "BRINDLE_CNI_CLIENT is '%s': expected java or c".formatted(client));
    };
  }

  private static Path program(
      Map<String, String> environment, String variable, Optional<String> home, String below) {
    Path path =
        Optional.ofNullable(environment.get(variable))
            .map(Path::of)
            .or(() -> home.map(root -> Path.of(root, below)))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "start the lab by the brindle command, or say in %s where %s is"
                            .formatted(variable, below)));
    if (!Files.isExecutable(path)) {
      throw new IllegalArgumentException("%s is not there or not executable".formatted(path));
    }
    return path.toAbsolutePath();
  }

  /// Where etcd is.
  ///
  /// @throws IllegalArgumentException naming the Debian package, if it is not installed
  public Path etcd() {
    return etcd(System.getenv().getOrDefault("PATH", ""));
  }

  static Path etcd(String path) {
    return Arrays.stream(path.split(":", -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "etcd"))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--store etcd: there is no etcd on the PATH (%s); on Debian: apt-get install etcd-server"
                        .formatted(path)));
  }

  /// Where a router's program is.
  ///
  /// @throws IllegalArgumentException naming the Debian package, if it is not installed
  public static Path router(RouterKind kind) {
    return kind.places().stream()
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--router %s: none of %s is there; on Debian: apt-get install %s"
                        .formatted(
                            kind.word(), String.join(", ", kind.places()), kind.debianPackage())));
  }
}
