// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.lab.fault.Fault;
import dev.brindle.lab.fault.FaultTable;
import dev.brindle.lab.program.Installation;
import dev.brindle.lab.program.Rights;
import dev.brindle.lab.program.Workplace;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.OptionsParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A lab that stays, seen from outside.
final class RunningLab {

  private static final int GRACE_SECONDS = 10;

  private final Path directory;

  private RunningLab(Path directory) {
    this.directory = directory;
  }

  /// The user's one.
  static RunningLab here() {
    return new RunningLab(WorkDirectory.ofLastingLab(System.getenv()));
  }

  int up(List<String> options) throws Exception {
    checkStays(OptionsParser.parse(options));
    LabMain.checked(options);
    try (LabLock lock = LabLock.take(directory)) {
      if (LabFile.read(directory).isPresent()) {
        throw new IllegalArgumentException("a lab is up already; end it by: brindle lab down");
      }
      lock.makeDirectory();
      return Launch.stay(options, directory, lock, System.out) ? 0 : 1;
    }
  }

  /// @throws IllegalArgumentException if something is asked for that only a tour can do
  static void checkStays(LabOptions options) {
    if (options.json()) {
      throw new IllegalArgumentException(
          "--json is the tour's report: use brindle lab --json, or brindle lab up and then status");
    }
    if (options.keep()) {
      throw new IllegalArgumentException(
          "--keep is for the tour: a lab that stays has its files until brindle lab down");
    }
  }

  int order(List<String> rest, String words) throws IOException {
    nothingMore(rest);
    running();
    System.out.print(ControlClient.order(directory, words));
    return 0;
  }

  private static void nothingMore(List<String> rest) {
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException("'%s' is too much".formatted(rest.getFirst()));
    }
  }

  /// Ends the lab and deletes its directory. It is no error if there is none.
  int down(List<String> rest) throws IOException, InterruptedException {
    nothingMore(rest);
    try (LabLock lock = LabLock.take(directory)) {
      Optional<LabFile.Running> lab = LabFile.read(directory);
      if (lab.isPresent()) {
        end(lab.get());
      }
      lock.deleteDirectory();
      System.out.println(lab.isPresent() ? "the lab is down" : "there is no lab");
      return 0;
    }
  }

  private void end(LabFile.Running lab) throws InterruptedException {
    Optional<ProcessHandle> supervisor = ProcessHandle.of(lab.supervisor());
    try {
      ControlClient.order(directory, "down");
    } catch (IOException e) {
      // it does not listen any more, so it is told in the way that needs no listening
      supervisor.ifPresent(ProcessHandle::destroyForcibly);
    }
    if (supervisor.isPresent()) {
      awaitEnd(supervisor.get());
    }
  }

  private static void awaitEnd(ProcessHandle supervisor) throws InterruptedException {
    try {
      supervisor.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      supervisor.destroyForcibly();
      supervisor.onExit().join();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  int exec(List<String> words) throws IOException, InterruptedException {
    int dashes = words.indexOf("--");
    int begin = dashes == 1 ? 2 : 1;
    if (words.size() <= begin || words.getFirst().equals("--")) {
      throw new IllegalArgumentException("use: brindle lab exec NODE-OR-POD -- COMMAND...");
    }
    String host = words.getFirst();
    LabFile.Running lab = running();
    ControlClient.order(directory, "host " + host);
    return run(lab, host, words.subList(begin, words.size()), environment(host));
  }

  /// @return the exit code
  private static int run(
      LabFile.Running lab, String host, List<String> words, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Namespaces.enter(lab, host));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().putAll(environment);
    Process process = builder.start();
    // Ctrl-C is for the command; its end is ours
    return process.waitFor();
  }

  /// `brindle doctor` on a node, configured as its daemon.
  int doctor(List<String> words) throws IOException, InterruptedException {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("use: brindle lab doctor NODE [OPTIONS...]");
    }
    String node = words.getFirst();
    LabFile.Running lab = running();
    Map<String, String> environment = new HashMap<>();
    environment.put("KUBECONFIG", ""); // the user's would be of another cluster
    ControlClient.order(directory, "environment " + node)
        .lines()
        .filter(line -> line.contains("="))
        .map(line -> line.split("=", 2))
        .forEach(variable -> environment.put(variable[0], variable[1]));
    Installation installation =
        Installation.find(System.getenv(), Optional.ofNullable(System.getProperty("brindle.home")));
    List<String> command = new ArrayList<>();
    command.addAll(List.of(installation.launcher().toString(), "doctor"));
    command.addAll(List.of("--root", new Workplace(directory).machine(node).toString()));
    command.addAll(words.subList(1, words.size()));
    return run(lab, node, Rights.limited(command, environment), environment);
  }

  /// Lists faults, seeds one or heals it.
  int fault(List<String> words) throws IOException {
    if (words.isEmpty()) {
      System.out.print(FaultTable.text());
      if (LabFile.read(directory).isPresent()) {
        System.out.print(ControlClient.order(directory, "faults"));
      }
      return 0;
    }
    if (words.size() != 3 || !List.of("seed", "heal").contains(words.getFirst())) {
      throw new IllegalArgumentException("use: brindle lab fault [seed|heal NAME NODE]");
    }
    Fault fault = Fault.parse(words.get(1));
    String order = words.getFirst().equals("seed") ? "seed" : "unseed";
    return order(List.of(), "%s %s %s".formatted(order, fault, words.get(2)));
  }

  /// As a node's own programs have it, so that `brindle get nodes` works on it.
  private Map<String, String> environment(String host) {
    Workplace workplace = new Workplace(directory);
    Map<String, String> environment = new HashMap<>(workplace.cluster());
    environment.put("BRINDLE_RUN_DIR", workplace.run(host).toString());
    environment.put("BRINDLE_CNI_DIR", workplace.cni(host).toString());
    environment.put("BRINDLE_STATE_DIR", workplace.state(host).toString());
    environment.put("NODENAME", host);
    String home = System.getProperty("brindle.home", "");
    if (!home.isEmpty()) {
      environment.put("PATH", home + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    }
    return environment;
  }

  int node(List<String> words) throws IOException {
    boolean isKill = words.size() >= 2 && words.getFirst().equals("kill");
    boolean stays = words.size() == 3 && words.get(2).equals("--no-restart");
    if (!isKill || (words.size() != 2 && !stays)) {
      throw new IllegalArgumentException("use: brindle lab node kill NODE [--no-restart]");
    }
    return order(List.of(), "kill %s %s".formatted(words.get(1), stays ? "stay" : "restart"));
  }

  int link(List<String> words) throws IOException {
    if (words.size() != 2 || !List.of("cut", "heal").contains(words.getFirst())) {
      throw new IllegalArgumentException("use: brindle lab link cut|heal NODE");
    }
    return order(List.of(), String.join(" ", words));
  }

  private LabFile.Running running() throws IOException {
    return LabFile.read(directory)
        .orElseThrow(
            () -> new IllegalArgumentException("there is no lab; make one by: brindle lab up"));
  }
}
