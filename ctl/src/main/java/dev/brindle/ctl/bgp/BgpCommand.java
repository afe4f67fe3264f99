// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.ctl.Surroundings;
import java.io.Serial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What all commands of `brindle bgp` share. Exit codes: 0 it was done, 1 it was refused or the
/// usage is wrong, 3 no speaker answers.
abstract class BgpCommand implements Callable<Integer> {

  private static final int CLOSED = 1;
  private static final int NO_DAEMON = 3;
  private static final int CHECKED_EACH = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(
      names = "--control",
      paramLabel = "DIR",
      description =
          "The speaker's control directory; else $BRINDLE_CONTROL, else the only one under"
              + " /run/brindle.")
  private @Nullable Path control;

  @Option(names = "--json", description = "One JSON object; for routes one on each line.")
  private boolean isJson;

  private final Surroundings world;
  private long printed;

  BgpCommand(Surroundings world) {
    this.world = world;
  }

  Surroundings world() {
    return world;
  }

  boolean isJson() {
    return isJson;
  }

  /// Asks, and prints.
  abstract void run();

  /// @param line is shown each line of the answer
  final void ask(String command, Map<String, String> arguments, Consumer<JsonNode> line) {
    ask(command, arguments, PATIENCE, line);
  }

  final void ask(
      String command, Map<String, String> arguments, Duration patience, Consumer<JsonNode> line) {
    var channel = ControlPlace.connect(Optional.ofNullable(control), world.environment());
    new ControlClient(channel, patience).ask(command, arguments, line);
  }

  final void print(String text) {
    world.out().print(text);
    if (++printed % CHECKED_EACH == 0 && world.out().checkError()) {
      throw new OutputClosedException();
    }
  }

  /// Whoever read what we print has enough, as `head` has.
  private static final class OutputClosedException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;
  }

  @Override
  public final Integer call() {
    try {
      run();
      return 0;
    } catch (OutputClosedException _) {
      return CLOSED;
    } catch (NoDaemonException e) {
      world.err().println(e.getMessage());
      return NO_DAEMON;
    }
  }
}
