// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import dev.brindle.ctl.Surroundings;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `bgp neighbor X`: all that is known of one.
@Command(name = "neighbor", description = "Show all that is known of one neighbor.")
final class BgpNeighbor extends BgpCommand {

  @Parameters(paramLabel = "X", description = "Its address or name.")
  private String peer = "";

  BgpNeighbor(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    ask(
        "neighbor",
        Map.of("peer", peer),
        line ->
            print(
                isJson()
                    ? line.path("peer") + "\n"
                    : NeighborText.of(line.path("peer"), Instant.now())));
  }
}
