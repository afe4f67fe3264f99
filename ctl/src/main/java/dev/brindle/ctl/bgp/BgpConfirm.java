// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import dev.brindle.ctl.Surroundings;
import java.util.Map;
import picocli.CommandLine.Command;

/// `bgp confirm`: the last reload is to stay.
@Command(
    name = "confirm",
    description = "Let the last reload stay, which would be undone otherwise.")
final class BgpConfirm extends BgpCommand {

  BgpConfirm(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    ask("confirm", Map.of(), _ -> {});
    print(isJson() ? "{\"confirmed\":true}\n" : "confirmed\n");
  }
}
