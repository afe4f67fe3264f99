// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.tests.program.Launcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command line as processes, in a directory with a store of its own.
record CliRig(Path base) {

  /// What a command left behind.
  record Said(int exitCode, String out, String err) {}

  Said run(String... words) throws IOException, InterruptedException {
    return run(Map.of(), words);
  }

  /// @param variables over the usual ones
  Said run(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Launcher.path().toString());
    command.addAll(List.of(words));
    Path out = base.resolve("out");
    Path err = base.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(base.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("DATASTORE_TYPE", "embedded");
    builder.environment().put("BRINDLE_DATASTORE_FILE", store().toString());
    builder.environment().putAll(variables);
    int exitCode = builder.start().waitFor();
    return new Said(exitCode, Files.readString(out), Files.readString(err));
  }

  private Path store() {
    return base.resolve("store/db");
  }

  void write(String file, String text) throws IOException {
    Path path = base.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text, StandardCharsets.UTF_8);
  }

  /// Names of all resources of a kind in the store; none if there is no store.
  List<String> stored(ResourceKind kind) {
    if (!Files.exists(store())) {
      return List.of();
    }
    try (Datastore datastore = DatastoreSettings.embedded(store()).open()) {
      return datastore.list(kind).stream().map(found -> found.metadata().name()).toList();
    }
  }
}
