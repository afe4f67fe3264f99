// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.system.DiagnosticsBundle;
import dev.brindle.ctl.system.SystemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `node diags`.
@Command(
    name = "diags",
    description = "Collect what helps to find out what is wrong with this node.")
public final class NodeDiags implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss");
  private static final Map<String, List<String>> COMMANDS = commands();

  private final Surroundings world;
  private final SystemFiles files;

  @Option(
      names = "--log-dir",
      paramLabel = "DIR",
      description = "Directory with logs. Default: ${DEFAULT-VALUE}.")
  private String logs = "/var/log/calico";

  public NodeDiags(Surroundings world, SystemFiles files) {
    this.world = world;
    this.files = files;
  }

  private static Map<String, List<String>> commands() {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put("date", List.of("date"));
    commands.put("hostname", List.of("hostname"));
    commands.put("ip_route", List.of("ip", "-4", "route", "show", "table", "all"));
    commands.put("ip_v6_route", List.of("ip", "-6", "route", "show", "table", "all"));
    commands.put("ip_rule", List.of("ip", "rule"));
    commands.put("ip_addr", List.of("ip", "addr"));
    commands.put("nft", List.of("nft", "list", "ruleset"));
    commands.put("iptables_save", List.of("iptables-save"));
    commands.put("ip6tables_save", List.of("ip6tables-save"));
    commands.put("ipset_list", List.of("ipset", "list"));
    commands.put("sockets", List.of("ss", "-anp"));
    commands.put(
        "journal_calico", List.of("journalctl", "-u", "calico-node.service", "--no-pager"));
    commands.put("journal_brindle", List.of("journalctl", "-u", "brindle.service", "--no-pager"));
    commands.put("node_status", List.of("brindle", "node", "status"));
    commands.put("bgp_summary", List.of("brindle", "bgp", "summary"));
    return commands;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!files.isRoot()) {
      world.out().println("Need super user privileges: Operation not permitted");
      return 1;
    }
    world.out().println("Collecting diagnostics");
    Path parent = directory();
    world.out().println("Using temp dir: " + parent);
    var bundle = new DiagnosticsBundle(parent, "diagnostics", PATIENCE);
    for (Map.Entry<String, List<String>> command : COMMANDS.entrySet()) {
      bundle.run(command.getKey(), command.getValue());
    }
    bundle.run("copying_logs", List.of("cp", "-r", logs, parent + "/diagnostics/logs"));
    Path archive =
        parent.resolve(
            "diags-%s.tar.gz".formatted(LocalDateTime.now(ZoneId.systemDefault()).format(STAMP)));
    bundle.pack(archive);
    bundle.clean();
    world.out().println("Diags saved to " + archive);
    return 0;
  }

  private Path directory() {
    try {
      return Files.createTempDirectory(
          Path.of(world.environment().getOrDefault("TMPDIR", "/tmp")), "calico");
    } catch (IOException e) {
      throw new ClientException("cannot make a directory: " + e.getMessage());
    }
  }
}
