// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import dev.brindle.image.Commands;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Ahead-of-time caches of the image's runtime and jars, made as the launcher of a clone makes its
/// own: by its script, in a directory that looks like a clone that has been built.
public final class Caches {

  private final Path clone;
  private final Path stage;
  private final Path tools;

  /// @param clone with the launcher and the trainings
  /// @param stage where `runtime`, `target/lib` and `target/bin` are
  /// @param tools a whole JDK
  public Caches(Path clone, Path stage, Path tools) {
    this.clone = clone;
    this.stage = stage;
    this.tools = tools;
  }

  /// @param wanted names of caches
  /// @param labClasses the class path of the lab, which is no part of the image
  /// @return the caches' files
  /// @throws IOException if one of them could not be made
  public List<Path> make(Set<String> wanted, String labClasses)
      throws IOException, InterruptedException {
    Files.createDirectories(stage.resolve(".mvn"));
    for (String file : List.of("brindle", ".mvn/programs.sh", ".mvn/find-jdk.sh")) {
      Files.copy(clone.resolve(file), stage.resolve(file));
    }
    // natives are beside the jars here, not in them
    Files.writeString(
        stage.resolve(".mvn/programs.sh"),
        "native=\"$native %s\"\n"
            .formatted(String.join(" ", LaunchFiles.natives(stage.toString()))),
        StandardOpenOption.APPEND);
    Files.createSymbolicLink(stage.resolve("tests"), clone.resolve("tests"));
    Path lab = program("lab", labScript(labClasses));
    Files.writeString(
        stage.resolve("target/brindle.built"),
        "%s\n%s\n".formatted(stage, stage.resolve("runtime/bin/java")));
    Path aot = Files.createDirectories(stage.resolve("target/aot"));
    String output =
        Commands.run(
            stage,
            Map.of(
                "JAVA_HOME", stage.resolve("runtime").toString(),
                "LC_ALL", "C",
                "BRINDLE_TRAINING_JDK", tools.toString(),
                "BRINDLE_TRAINING_LAB", lab.toString(),
                "BRINDLE_TRAINING_SETS", "all"),
            List.of("sh", stage.resolve("brindle").toString(), "--train"));
    try (Stream<Path> files = Files.list(aot)) {
      List<Path> made =
          files
              .filter(file -> wanted.contains(file.getFileName().toString().replace(".aot", "")))
              .filter(file -> file.toString().endsWith(".aot"))
              .sorted()
              .toList();
      if (made.size() != wanted.size()) {
        throw new IOException(
            "of the ahead-of-time caches %s only %s could be made; logs are in %s (-Dimage.aot= builds without): %s"
                .formatted(wanted, made, aot, output.strip()));
      }
      return made;
    }
  }

  private String labScript(String classes) {
    String path =
        String.join(
            File.pathSeparator,
            Arrays.stream(classes.split(File.pathSeparator))
                .map(it -> Path.of(it).toAbsolutePath().toString())
                .toList());
    return """
        #!/bin/sh
        shift
        exec "%s" --enable-native-access=ALL-UNNAMED -cp "%s" dev.brindle.lab.LabMain "$@"
        """
        .formatted(tools.resolve("bin/java"), path);
  }

  private Path program(String name, String text) throws IOException {
    Path file = Files.writeString(stage.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
