// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.ctl.Surroundings;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Something to do to one neighbor or to all.
abstract class BgpOrder extends BgpCommand {

  private final String command;

  @Parameters(paramLabel = "X|all", description = "Its address or name, or all of them.")
  private String peer = "";

  private BgpOrder(Surroundings world, String command) {
    super(world);
    this.command = command;
  }

  @Override
  final void run() {
    ask(command, arguments(peer), this::show);
  }

  Map<String, String> arguments(String ofPeer) {
    return Map.of("peer", ofPeer);
  }

  private void show(JsonNode line) {
    print(isJson() ? line + "\n" : text(line));
  }

  static String text(JsonNode line) {
    return "%s: %s%n".formatted(line.path("address").asText(), line.path("text").asText());
  }

  /// `bgp refresh X|all`.
  @Command(
      name = "refresh",
      description =
          "Ask a neighbor for all of its routes again, and tell it ours again; the session stays.")
  static final class Refresh extends BgpOrder {
    Refresh(Surroundings world) {
      super(world, "refresh");
    }
  }

  /// `bgp reset X|all`.
  @Command(
      name = "reset",
      description =
          "End the session with a neighbor (Cease: administrative reset); it begins anew.")
  static final class Reset extends BgpOrder {

    @Option(
        names = "--message",
        paramLabel = "TEXT",
        description = "What the neighbor's people may read of it (RFC 9003), up to 255 octets.")
    private String text = "";

    Reset(Surroundings world) {
      super(world, "reset");
    }

    @Override
    Map<String, String> arguments(String ofPeer) {
      return text.isEmpty() ? Map.of("peer", ofPeer) : Map.of("peer", ofPeer, "text", text);
    }
  }
}
