// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.ctl.Surroundings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/// `bgp summary`: a line for each neighbor.
@Command(name = "summary", description = "Show all neighbors.")
final class BgpSummary extends BgpCommand {

  BgpSummary(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    ObjectNode speaker = JsonNodeFactory.instance.objectNode();
    List<JsonNode> peers = new ArrayList<>();
    ask(
        "summary",
        Map.of(),
        line -> {
          if (line.path("speaker").isObject()) {
            speaker.setAll((ObjectNode) line.path("speaker"));
          } else {
            peers.add(line.path("peer"));
          }
        });
    if (isJson()) {
      print(speaker.set("peers", JsonNodeFactory.instance.arrayNode().addAll(peers)) + "\n");
    } else {
      print(SummaryText.of(speaker, peers, Instant.now()));
    }
  }
}
