// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `bgp explain PREFIX [from X]`: why a prefix is as it is.
@Command(
    name = "explain",
    description = {
      "Say which paths there are to a prefix, why one was chosen, whom we tell and why, and what the"
          + " kernel has.",
      "With 'from X' neighbor X is asked for its routes again (ROUTE-REFRESH), to see what it tells"
          + " and which rule of the import filter decides: rejected routes are not kept."
    })
final class BgpExplain extends BgpCommand {

  private static final Duration MARGIN = Duration.ofSeconds(30);

  @Parameters(
      arity = "1..3",
      paramLabel = "PREFIX [from X]",
      description = "A prefix; an address stands for the longest prefix that covers it.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--wait", paramLabel = "SECONDS", description = "How long X has to tell it (10).")
  private @Nullable Integer wait;

  BgpExplain(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    Map<String, String> arguments = new TreeMap<>();
    arguments.put("prefix", words.getFirst());
    if (words.size() > 1) {
      if (words.size() != 3 || !words.get(1).equals("from")) {
        throw new ClientException("expected: bgp explain PREFIX [from X]");
      }
      arguments.put("from", words.get(2));
    }
    Duration waits = Duration.ofSeconds(wait == null ? 10 : wait);
    if (wait != null) {
      arguments.put("waitMillis", Long.toString(waits.toMillis()));
    }
    List<JsonNode> lines = new ArrayList<>();
    ask("explain", arguments, waits.plus(MARGIN), lines::add);
    print(isJson() ? json(lines) + "\n" : ExplainText.of(lines));
  }

  /// One object; what there may be several of in lists.
  private static ObjectNode json(List<JsonNode> lines) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode paths = all.arrayNode();
    ArrayNode exports = all.arrayNode();
    ArrayNode rejecting = all.arrayNode();
    for (JsonNode line : lines) {
      for (Map.Entry<String, JsonNode> part : line.properties()) {
        switch (part.getKey()) {
          case "path" -> paths.add(part.getValue());
          case "export" -> exports.add(part.getValue());
          case "rejecting" -> rejecting.add(part.getValue());
          default -> all.set(part.getKey(), part.getValue());
        }
      }
    }
    all.set("paths", paths);
    all.set("exports", exports);
    all.set("rejecting", rejecting);
    return all;
  }
}
