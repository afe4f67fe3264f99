// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.ctl.Surroundings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `bgp dump FILE`: all paths for other tools.
@Command(
    name = "dump",
    description = "Have the daemon write all paths to a file (MRT, TABLE_DUMP_V2).")
final class BgpDump extends BgpCommand {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Parameters(paramLabel = "FILE", description = "Where the daemon can write it.")
  private Path file = Path.of("");

  BgpDump(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    ask("dump", Map.of("file", file.toAbsolutePath().toString()), PATIENCE, this::show);
  }

  private void show(JsonNode line) {
    print(
        isJson()
            ? line + "\n"
            : "%s: %s octets%n"
                .formatted(line.path("file").asText(), line.path("octets").asText()));
  }
}
