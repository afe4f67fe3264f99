// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.Datastore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A second process on the same store. For each line it reads it creates a tier of that name, with
/// the time of the write in an annotation, and answers with the name once that is stored. The line
/// `flood` makes it write without end.
final class OtherProcess {

  static final String WRITTEN_AT = "written-at-nanos";

  private OtherProcess() {}

  static Process start(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            OtherProcess.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  public static void main(String[] arguments) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = System.out;
    try (Datastore store = EmbeddedDatastore.open(Path.of(arguments[0]))) {
      out.println("ready");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("flood")) {
          flood(store, out);
        }
        write(store, line);
        out.println(line);
      }
    }
  }

  private static void flood(Datastore store, PrintStream out) {
    for (int i = 0; ; i++) {
      write(store, "flood-" + i);
      out.println("flood-" + i);
    }
  }

  private static void write(Datastore store, String name) {
    Metadata metadata =
        Metadata.named(name).withAnnotations(Map.of(WRITTEN_AT, Long.toString(System.nanoTime())));
    store.create(new Tier(metadata, new Tier.Spec(Optional.of(1.0), Rule.Action.DENY)));
  }
}
