// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.node.settings.BadSettingException;
import dev.brindle.node.settings.FelixFile;
import dev.brindle.node.settings.RunArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `brindle node run`: the daemon of one node, configured by its environment as calico/node is, or
/// by the flags of `calicoctl node run`.
///
/// Exit codes: 0 when it was told to end (SIGTERM, SIGINT), 1 when it cannot start, 2 when a part
/// has failed in a way that nobody expected.
public final class NodeMain {

  private NodeMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    List<String> words = List.of(arguments);
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(RunArguments.USAGE);
      return;
    }
    RunArguments run;
    Map<String, String> environment;
    try {
      run = parse(words);
      environment = run.over(System.getenv(), felix(run.felixConfig()));
      LogLevel.set(environment); // before there is a logger
      if (run.isDryRun()) {
        dryRun(run, environment);
        return;
      }
    } catch (IllegalArgumentException | BadSettingException e) {
      System.err.println("brindle node run: " + e.getMessage());
      System.exit(1);
      return;
    }
    NodeProcess.run(environment, run.config(), run.remarks());
  }

  private static RunArguments parse(List<String> words) {
    if (words.isEmpty() || !words.getFirst().equals("run")) {
      throw new IllegalArgumentException("expected run%n%n%s".formatted(RunArguments.USAGE));
    }
    try {
      return RunArguments.parse(words.subList(1, words.size()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s%n%n%s".formatted(e.getMessage(), RunArguments.USAGE), e);
    }
  }

  private static Map<String, String> felix(Optional<Path> file) {
    if (file.isEmpty()) {
      return Map.of();
    }
    try {
      return FelixFile.read(file.get().toString(), Files.readAllLines(file.get()));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--felix-config: %s cannot be read: %s".formatted(file.get(), e), e);
    }
  }

  private static void dryRun(RunArguments run, Map<String, String> environment) {
    NodeProcess.settings(environment);
    DatastoreSettings _ = NodeProcess.store(run.config(), environment);
    run.remarks().forEach(System.err::println);
    System.out.printf("Use the following command to start the node:%n%n%s%n%n", run.command());
  }
}
