// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.ctl.Surroundings;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `bgp drain [X|all]`: before a session, or the speaker, goes down.
@Command(
    name = "drain",
    description =
        "Have neighbors take other ways before a session goes down (RFC 8326); packets still pass.")
final class BgpDrain extends BgpCommand {

  @Parameters(
      paramLabel = "X|all",
      arity = "0..1",
      description = "Its address or name, or all of them and those to come; all if left out.")
  private String peer = "all";

  @Option(names = "--undo", description = "Routes count as before again.")
  private boolean isUndone;

  BgpDrain(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    ask(isUndone ? "undrain" : "drain", Map.of("peer", peer), this::show);
  }

  private void show(JsonNode line) {
    print(isJson() ? line + "\n" : BgpOrder.text(line));
  }
}
