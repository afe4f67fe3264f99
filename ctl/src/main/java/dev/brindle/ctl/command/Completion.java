// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `completion`.
@Command(
    name = "completion",
    description =
        "Print what a shell needs to complete commands: source <(brindle completion bash)")
public final class Completion implements Callable<Integer> {

  private static final List<String> SHELLS = List.of("bash", "zsh");

  private final Surroundings world;
  private final Supplier<CommandLine> commands;

  @Parameters(arity = "0..*", paramLabel = "SHELL")
  private List<String> arguments = List.of();

  /// @param commands all there are
  public Completion(Surroundings world, Supplier<CommandLine> commands) {
    this.world = world;
    this.commands = commands;
  }

  /// One script does for both: in zsh it loads bash's way of completing first.
  @Override
  public Integer call() {
    if (arguments.size() != 1 || !SHELLS.contains(arguments.getFirst())) {
      throw new ClientException("expected the name of a shell: bash or zsh");
    }
    world.out().print(AutoComplete.bash(world.program(), commands.get()));
    return 0;
  }
}
