// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.command.VersionCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/// The command line for people; under the name calicoctl too.
public final class Calicoctl {

  /// What scripts ask most: picocli, which reads annotations, would take half of its time.
  private static final List<String> CLIENT_VERSION = List.of("version", "--client");

  private final Surroundings world;
  private final Stores stores;

  Calicoctl(Surroundings world, Stores stores) {
    this.world = world;
    this.stores = stores;
  }

  public static void main(String[] args) {
    int exit = run(args, System.out, System.err);
    System.out.flush();
    System.err.flush();
    // All is closed by now, and nothing of ours has a hook. To exit in order the JVM would first
    // look
    // through the whole class path for somebody who logs that it exits.
    Runtime.getRuntime().halt(exit);
  }

  /// @return the exit code: 0 only if all that was asked for is done
  public static int run(String[] args, PrintStream out, PrintStream err) {
    var world =
        new Surroundings(
            System.in,
            out,
            err,
            System.getenv(),
            System.getProperty("brindle.program", "calicoctl"));
    Stores stores =
        KubectlPlugin.is(world.program())
            ? new KubectlPlugin(world.environment())
            : new ConfiguredStores(world.environment());
    return new Calicoctl(world, stores).execute(args);
  }

  int execute(String... given) {
    String[] args = given;
    String name = world.program();
    if (stores instanceof KubectlPlugin plugin) {
      args = plugin.take(given);
      name = KubectlPlugin.COMMAND;
    }
    if (CLIENT_VERSION.equals(List.of(args))) {
      VersionCommand.showClient(world, ProductVersion.ofThisProgram());
      return 0;
    }
    CommandLine line = new CommandTree(world, stores).forArguments(List.of(args));
    line.setCommandName(name);
    line.setOut(writer(world.out()))
        .setErr(writer(world.err()))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> fail(reason(e)))
        .setExecutionExceptionHandler((e, _, _) -> failed(e));
    return line.execute(args);
  }

  private int failed(Exception e) throws Exception {
    if (e instanceof ClientException told) {
      boolean isArgument = told.reason() == ClientException.Reason.ARGUMENT;
      (isArgument ? world.out() : world.err()).println(told.getMessage());
      return 1;
    }
    throw e;
  }

  /// A setter's own words rather than that it failed.
  private static String reason(Exception e) {
    return switch (e) {
      case CommandLine.UnmatchedArgumentException unmatched when !unmatched.isUnknownOption() ->
          "%s '%s': --help shows what there is"
              .formatted(
                  unmatched.getCommandLine().getSubcommands().isEmpty()
                      ? "unexpected argument"
                      : "unknown command",
                  unmatched.getUnmatched().getFirst());
      case CommandLine.UnmatchedArgumentException unknown ->
          unknownFlag(unknown.getUnmatched().getFirst());
      case Exception _ when e.getCause() instanceof ClientException cause ->
          String.valueOf(cause.getMessage());
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String unknownFlag(String flag) {
    return flag.startsWith("--")
        ? "unknown flag: " + flag.split("=", 2)[0]
        : "unknown shorthand flag: '%s' in %s".formatted(flag.substring(1, 2), flag);
  }

  private int fail(String message) {
    world.err().println(message);
    return 1;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }
}
