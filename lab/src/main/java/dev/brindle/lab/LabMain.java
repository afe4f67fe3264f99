// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.lab.program.CommandLine;
import dev.brindle.lab.program.Installation;
import dev.brindle.lab.program.ProgramFailure;
import dev.brindle.lab.program.Workplace;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.OptionsParser;
import dev.brindle.lab.topology.Reachability;
import dev.brindle.lab.topology.RouterKind;
import dev.brindle.lab.topology.StoreKind;
import dev.brindle.lab.topology.Topology;
import dev.brindle.lab.topology.TopologyFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// `brindle lab`.
public final class LabMain {

  static final String SUPERVISE = "supervise";

  private static final int WRONG_USE = 2;

  private LabMain() {}

  public static void main(String[] arguments) throws Exception {
    int code;
    try {
      code = run(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("brindle lab: " + e.getMessage());
      code = WRONG_USE;
    } catch (NoSuchFileException e) {
      System.err.println("brindle lab: there is no file " + e.getMessage());
      code = WRONG_USE;
    } catch (FileSystemException e) {
      // its message is but the path
      System.err.println(
          "brindle lab: %s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()));
      code = 1;
    } catch (IOException | RuntimeException e) {
      System.err.println("brindle lab: " + (e.getMessage() == null ? e : e.getMessage()));
      code = 1;
    }
    System.out.flush();
    System.exit(code);
  }

  private static int run(List<String> words) throws Exception {
    if (Help.isAskedFor(words)) {
      System.out.print(Help.TEXT);
      return 0;
    }
    String first = words.isEmpty() ? "" : words.getFirst();
    List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
    return switch (first) {
      case "up" -> RunningLab.here().up(rest);
      case "status" -> RunningLab.here().order(rest, "status");
      case "down" -> RunningLab.here().down(rest);
      case "exec" -> RunningLab.here().exec(rest);
      case "doctor" -> RunningLab.here().doctor(rest);
      case "fault" -> RunningLab.here().fault(rest);
      case "node" -> RunningLab.here().node(rest);
      case "link" -> RunningLab.here().link(rest);
      case SUPERVISE -> supervise(rest);
      default -> tour(words);
    };
  }

  private static int tour(List<String> words) throws Exception {
    LabOptions options = checked(words);
    if (new Reachability(topology(options)).withTourPolicy().isEmpty()) {
      throw new IllegalArgumentException(
          "one pod and no router's network: nobody is there to talk to; use --pods 2, another"
              + " --router, or brindle lab up");
    }
    Path directory = WorkDirectory.forTour();
    int code = Launch.tour(words, directory, options.keep());
    if (options.keep()) {
      (options.json() ? System.err : System.out)
          .println("logs, configuration and the store are kept in " + directory);
    }
    return code;
  }

  /// Everything that can be found out before anything is started.
  ///
  /// @throws IllegalArgumentException saying what is wrong
  static LabOptions checked(List<String> words) throws IOException, InterruptedException {
    LabOptions options = OptionsParser.parse(words);
    topology(options);
    for (String policy : options.policyFiles()) {
      if (!Files.isReadable(Path.of(policy))) {
        throw new IllegalArgumentException("--policy %s: no such file".formatted(policy));
      }
    }
    checkUsers(options.router(), Namespaces.hasOneUser());
    if (!options.router().places().isEmpty()) {
      Installation.router(options.router());
    }
    Installation installation =
        Installation.find(System.getenv(), Optional.ofNullable(System.getProperty("brindle.home")));
    if (options.store() == StoreKind.ETCD) {
      installation.etcd();
    }
    for (String policy : options.policyFiles()) {
      validate(installation, policy);
    }
    Namespaces.check(Namespaces.needUser());
    return options;
  }

  private static void validate(Installation installation, String policy)
      throws IOException, InterruptedException {
    try {
      CommandLine.run(
          List.of(installation.launcher().toString(), "validate", "-f", policy), Map.of());
    } catch (ProgramFailure e) {
      throw new IllegalArgumentException("--policy %s: %s".formatted(policy, e.getMessage()), e);
    }
  }

  /// @throws IllegalArgumentException saying what is wrong with the topology file
  static Topology topology(LabOptions options) throws IOException {
    if (options.topologyFile().isEmpty()) {
      return Topology.standard(options);
    }
    Path file = Path.of(options.topologyFile().get());
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IllegalArgumentException("--topology %s: no file that can be read".formatted(file));
    }
    try {
      Topology topology = TopologyFile.parse(Files.readString(file), options);
      if (topology.pods().isEmpty()) {
        throw new IllegalArgumentException("there is no pod");
      }
      return topology;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// @param hasOneUser whether the lab's namespaces will know a single user
  /// @throws IllegalArgumentException if that is not enough for the router's program
  static void checkUsers(RouterKind router, boolean hasOneUser) {
    if (router.changesUser() && hasOneUser) {
      String others =
          Arrays.stream(RouterKind.values())
              .filter(kind -> kind != RouterKind.NONE && !kind.changesUser())
              .map(RouterKind::word)
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          ("--router %s: its program changes to a user of its own, and a lab without root has but"
                  + " one user; use: sudo brindle lab --router %s, or another router (%s)")
              .formatted(router.word(), router.word(), others));
    }
  }

  private static int supervise(List<String> words) throws Exception {
    if (words.size() < 2) {
      throw new IllegalArgumentException(SUPERVISE + " is started by the lab itself");
    }
    LabOptions options = OptionsParser.parse(new ArrayList<>(words.subList(2, words.size())));
    PrintStream progress = options.json() ? System.err : System.out;
    Supervisor supervisor =
        new Supervisor(options, new Workplace(Path.of(words.get(1))), System.out, progress);
    return words.getFirst().equals("stay") ? supervisor.stay() : supervisor.tour();
  }
}
