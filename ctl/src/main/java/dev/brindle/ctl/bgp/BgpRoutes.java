// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `bgp routes`: a line for each path.
@Command(
    name = "routes",
    description = {
      "Show routes, a line for each path: > peers are told of it, = packets go there too,"
          + " s kept while its peer restarts.",
      "A long listing is a view over time: what changes meanwhile may be in it as it was or as it"
          + " is."
    })
final class BgpRoutes extends BgpCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "Only this prefix and those inside it; of an address the one that covers it.")
  private @Nullable String prefix;

  @Option(
      names = "--received",
      paramLabel = "X",
      description = "Only what neighbor X told and was accepted.")
  private @Nullable String received;

  @Option(
      names = "--advertised",
      paramLabel = "X",
      description = "Only what neighbor X has of us, as it was told.")
  private @Nullable String advertised;

  @Option(names = "--best", description = "Of each prefix only the best path.")
  private boolean isBest;

  @Option(names = "--limit", paramLabel = "N", description = "No more than N prefixes.")
  private @Nullable Long limit;

  BgpRoutes(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    if (received != null && advertised != null) {
      throw new ClientException("--received and --advertised exclude each other");
    }
    Map<String, String> arguments = new TreeMap<>();
    put(arguments, "prefix", prefix);
    put(arguments, "received", received);
    put(arguments, "advertised", advertised);
    put(arguments, "best", isBest ? "yes" : null);
    put(arguments, "limit", limit);
    if (isJson()) {
      ask("routes", arguments, line -> print(line + "\n"));
      return;
    }
    RouteTable table = new RouteTable(this::print);
    ask("routes", arguments, table::add);
    if (table.end() == 0) {
      world().err().println("no routes");
    }
  }

  private static void put(Map<String, String> to, String name, @Nullable Object value) {
    if (value != null) {
      to.put(name, value.toString());
    }
  }
}
