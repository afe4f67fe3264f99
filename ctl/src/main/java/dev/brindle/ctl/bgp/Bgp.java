// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `bgp`: nothing by itself.
@Command(name = "bgp", description = "Ask the BGP speaker of this machine, and tell it what to do.")
public final class Bgp implements Callable<Integer> {

  private Bgp() {}

  /// With all there is below it.
  public static CommandLine commands(Surroundings world) {
    return new CommandLine(new Bgp())
        .addSubcommand("summary", new BgpSummary(world))
        .addSubcommand("neighbor", new BgpNeighbor(world))
        .addSubcommand("routes", new BgpRoutes(world))
        .addSubcommand("explain", new BgpExplain(world))
        .addSubcommand("refresh", new BgpOrder.Refresh(world))
        .addSubcommand("reset", new BgpOrder.Reset(world))
        .addSubcommand("drain", new BgpDrain(world))
        .addSubcommand("dump", new BgpDump(world))
        .addSubcommand("reload", new BgpReload(world))
        .addSubcommand("confirm", new BgpConfirm(world));
  }

  @Override
  public Integer call() {
    throw new ClientException(
        "expected: bgp summary|neighbor|routes|explain|refresh|reset|drain|dump|reload|confirm");
  }
}
