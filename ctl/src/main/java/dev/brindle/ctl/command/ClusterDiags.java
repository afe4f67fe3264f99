// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.command;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.ctl.system.DiagnosticsBundle;
import dev.brindle.ctl.system.PodList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `cluster diags`.
@Command(
    name = "diags",
    description = "Collect what helps to find out what is wrong with a Kubernetes cluster.")
public final class ClusterDiags implements Callable<Integer> {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss");
  private static final Pattern SINCE = Pattern.compile("[0-9]+[smh]");
  private static final Pattern OURS =
      Pattern.compile(
          "customresourcedefinition[^/]*/(.*(projectcalico\\.org|operator\\.tigera\\.io))");
  private static final List<String> NAMESPACES = List.of("calico-system", "tigera-operator");
  private static final List<String> ON_NODES =
      List.of(
          "nft list ruleset",
          "iptables-save",
          "ip route show table all",
          "ip -6 route show table all",
          "ip rule",
          "ip addr",
          "ip link",
          "ip neigh",
          "ipset list",
          "conntrack -L",
          "tc qdisc");

  private final Surroundings world;
  private final String kubectl;

  @Option(names = "--since", paramLabel = "AGE", description = "Logs not older: 5s, 2m or 3h.")
  private String since = "0s";

  @Option(
      names = "--max-logs",
      paramLabel = "N",
      description = "Pods of each component whose logs are collected. Default: ${DEFAULT-VALUE}.")
  private int maxLogs = 5;

  @Option(
      names = "--max-parallelism",
      paramLabel = "N",
      description = "Commands at once. Default: ${DEFAULT-VALUE}.")
  private int parallelism = 10;

  @Option(
      names = "--focus-nodes",
      split = ",",
      paramLabel = "NODES",
      description = "Nodes whose pods come first.")
  private List<String> focus = List.of();

  @Option(names = "--skip-temp-dir-cleanup", description = "Leave the collected files.")
  private boolean keepsFiles;

  /// @param kubectl the program to ask the cluster by
  public ClusterDiags(Surroundings world, String kubectl) {
    this.world = world;
    this.kubectl = kubectl;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!SINCE.matcher(since).matches()) {
      throw new ClientException(
          "invalid --since %s: expected a number and s, m or h, as 90m".formatted(since));
    }
    if (parallelism < 1) {
      throw new ClientException("--max-parallelism must be at least 1");
    }
    world.out().println("==== Begin collecting diagnostics. ====");
    String name = "calico-diagnostics-" + LocalDateTime.now(ZoneOffset.UTC).format(STAMP);
    Path parent = directory();
    world.out().println("Created temporary directory: " + parent);
    var bundle = new DiagnosticsBundle(parent, name, PATIENCE);
    if (!bundle.run("cluster/version.txt", kubectl("version"))) {
      String why = String.join(" ", bundle.lines("cluster/version.txt"));
      bundle.clean();
      throw new ClientException("cannot ask the cluster with %s: %s".formatted(kubectl, why));
    }
    runAll(bundle, cluster());
    runAll(bundle, resources(bundle));
    runAll(bundle, pods(bundle));
    Path archive = Path.of(name + ".tar.gz").toAbsolutePath();
    bundle.pack(archive);
    if (!keepsFiles) {
      bundle.clean();
    }
    world.out().println("Diagnostics saved to " + archive);
    return 0;
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("calico-diagnostics");
    } catch (IOException e) {
      throw new ClientException("cannot make a directory: " + e.getMessage());
    }
  }

  private List<String> kubectl(String... arguments) {
    List<String> command = new ArrayList<>(List.of(kubectl));
    command.addAll(List.of(arguments));
    return command;
  }

  private Map<String, List<String>> cluster() {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    for (String kind :
        List.of(
            "nodes",
            "namespaces",
            "networkpolicies",
            "validatingwebhookconfigurations",
            "mutatingwebhookconfigurations",
            "apiservices")) {
      both(commands, "cluster/" + kind, kubectl("get", kind, "-A"));
    }
    commands.put("cluster/crds.names", kubectl("get", "crds", "-o", "name"));
    for (String namespace : NAMESPACES) {
      both(commands, namespace + "/all", kubectl("get", "all", "-n", namespace));
      commands.put(
          namespace + "/pods.list",
          kubectl("get", "pods", "-n", namespace, "--no-headers", "-o", PodList.COLUMNS));
    }
    return commands;
  }

  private static void both(Map<String, List<String>> commands, String file, List<String> command) {
    commands.put(file + ".yaml", with(command, "-o", "yaml"));
    commands.put(file + ".txt", with(command, "-o", "wide"));
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }

  private Map<String, List<String>> resources(DiagnosticsBundle bundle) {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    for (String line : bundle.lines("cluster/crds.names")) {
      var crd = OURS.matcher(line.strip());
      if (crd.matches()) {
        both(commands, "crs/" + crd.group(1), kubectl("get", crd.group(1), "-A"));
      }
    }
    return commands;
  }

  private Map<String, List<String>> pods(DiagnosticsBundle bundle) {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    for (String namespace : NAMESPACES) {
      List<PodList.Pod> chosen =
          PodList.parse(bundle.lines(namespace + "/pods.list")).chosen(maxLogs, focus);
      for (PodList.Pod pod : chosen) {
        String place = "%s/%s/%s".formatted(namespace, pod.component(), pod.name());
        List<String> logs = kubectl("logs", "-n", namespace, pod.name(), "--all-containers");
        commands.put(place + ".log", since.equals("0s") ? logs : with(logs, "--since", since));
        commands.put(place + ".previous.log", with(logs, "--previous"));
        commands.put(place + ".txt", kubectl("describe", "pod", "-n", namespace, pod.name()));
        if (pod.component().equals("calico-node")) {
          for (String asked : ON_NODES) {
            commands.put(
                place + "/" + asked.replace(' ', '_') + ".txt",
                with(
                    kubectl("exec", "-n", namespace, pod.name(), "-c", "calico-node", "--"),
                    asked.split(" ", -1)));
          }
        }
      }
    }
    return commands;
  }

  /// So many at once; what fails is told and stops nothing.
  private void runAll(DiagnosticsBundle bundle, Map<String, List<String>> commands)
      throws InterruptedException {
    var turns = new Semaphore(parallelism);
    List<Thread> running = new ArrayList<>();
    for (Map.Entry<String, List<String>> command : commands.entrySet()) {
      turns.acquire();
      running.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      run(bundle, command.getKey(), command.getValue());
                    } finally {
                      turns.release();
                    }
                  }));
    }
    for (Thread thread : running) {
      thread.join();
    }
  }

  private void run(DiagnosticsBundle bundle, String file, List<String> command) {
    try {
      if (!bundle.run(file, command)) {
        world.err().println("Failed, see %s: %s".formatted(file, String.join(" ", command)));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
