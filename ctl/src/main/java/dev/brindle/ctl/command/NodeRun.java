// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.client.ClientException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/// The daemon is a program of its own, which the launcher starts before we are asked; here are its
/// flags, for shells that complete them.
@Command(
    description = "The daemon of this node: brindle node run --help.",
    mixinStandardHelpOptions = false)
public final class NodeRun implements Callable<Integer> {

  private static final Map<String, String> VALUES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("--as", "NUMBER"),
              Map.entry("--backend", "NAME"),
              Map.entry("--config", "FILE"),
              Map.entry("--felix-config", "FILE"),
              Map.entry("--ip", "ADDRESS"),
              Map.entry("--ip-autodetection-method", "METHOD"),
              Map.entry("--ip6", "ADDRESS"),
              Map.entry("--ip6-autodetection-method", "METHOD"),
              Map.entry("--log-dir", "DIR"),
              Map.entry("--name", "NAME"),
              Map.entry("--node-image", "IMAGE")));

  private static final List<String> CHOICES =
      List.of("--dryrun", "--init-system", "--no-default-ippools");

  private NodeRun() {}

  public static CommandLine create() {
    var command = new CommandLine(new NodeRun()).setUnmatchedArgumentsAllowed(true);
    VALUES.forEach(
        (name, label) ->
            command
                .getCommandSpec()
                .addOption(OptionSpec.builder(name).paramLabel(label).arity("1").build()));
    CHOICES.forEach(
        name ->
            command
                .getCommandSpec()
                .addOption(OptionSpec.builder(name).arity("0").type(boolean.class).build()));
    return command;
  }

  @Override
  public Integer call() {
    throw new ClientException(
        "the daemon is started by the launcher, and only if 'node run' comes first: brindle node"
            + " run [FLAGS]");
  }
}
