// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Stores;
import dev.brindle.ctl.client.ClientException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// What stands before every command.
@Command(
    name = "calicoctl",
    description = "Shows and changes the resources of the network.",
    synopsisSubcommandLabel = "COMMAND")
public final class Root implements Callable<Integer> {

  private static final List<String> LEVELS =
      List.of("panic", "fatal", "error", "warn", "info", "debug");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli reads it
  private boolean wantsHelp;

  private final Stores stores;
  private final StoreAccess access;

  public Root(Stores stores, StoreAccess access) {
    this.stores = stores;
    this.access = access;
  }

  @Option(
      names = "--allow-version-mismatch",
      scope = ScopeType.INHERIT,
      description = "Go on although the cluster runs another version.")
  void allowMismatch(boolean isAllowed) {
    access.allowMismatch(isAllowed);
  }

  @Option(
      names = "--context",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Context of the kubeconfig, where the datastore is Kubernetes.")
  void setContext(String name) {
    stores.useContext(name);
  }

  /// Taken for calicoctl's sake: commands say what they do and log nothing.
  @Option(
      names = {"-l", "--log-level"},
      paramLabel = "LEVEL",
      scope = ScopeType.INHERIT,
      description = "panic, fatal, error, warn, info or debug. Default: panic.")
  void setLevel(String level) {
    if (!LEVELS.contains(level)) {
      throw new ClientException(
          "unknown log level: %s, expected one of: panic, fatal, error, warn, info, debug"
              .formatted(level));
    }
  }

  @Override
  public Integer call() {
    throw new ClientException("expected a command: --help shows them");
  }
}
