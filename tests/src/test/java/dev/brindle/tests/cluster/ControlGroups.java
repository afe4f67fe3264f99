// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A machine's control groups, in which kubelet and containerd make those of pods: a directory
/// which the machine sees as the root, in each hierarchy of version 1, or in the one of version 2.
///
/// @param directories none where a machine has no need of any
record ControlGroups(List<Path> directories) implements AutoCloseable {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String PREFIX = "brindle-test-";

  /// What runc and kubelet ask for, of version 1.
  private static final List<String> HIERARCHIES =
      List.of("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids");

  /// How mount(8) calls version 2.
  private static final String UNIFIED = "cgroup2";

  private static final String CONTROLLERS = "cgroup.controllers";

  /// Of version 2, where only groups without groups below have processes: for those of the machine
  /// that are no pod's.
  private static final String LEAF = "machine";

  static final ControlGroups NONE = new ControlGroups(List.of());

  ControlGroups {
    directories = List.copyOf(directories);
  }

  private static boolean isUnified() {
    return Files.exists(ROOT.resolve(CONTROLLERS));
  }

  /// Skips the test where there are not all of them.
  static void need() {
    if (isUnified()) {
      try {
        delegate(ROOT);
      } catch (IOException e) {
        abort(
            "nodes with kubelet are given control groups of their own, below %s, which cannot be: %s"
                .formatted(ROOT, e));
      }
      return;
    }
    List<String> missing =
        HIERARCHIES.stream().filter(name -> !Files.isWritable(procs(ROOT.resolve(name)))).toList();
    assumeTrue(
        missing.isEmpty(),
        "nodes with kubelet are given control groups of version 2, or of version 1; of the latter there is not in %s: %s"
            .formatted(ROOT, String.join(", ", missing)));
  }

  /// Lets groups below have all controllers. One that cannot be had there is done without.
  private static void delegate(Path group) throws IOException {
    for (String name : Files.readString(group.resolve(CONTROLLERS)).strip().split(" ", -1)) {
      Files.writeString(group.resolve("cgroup.subtree_control"), "+" + name);
    }
  }

  /// The types of mount(8), each with the directory's name below the root.
  List<String> hierarchies() {
    if (directories.isEmpty()) {
      return List.of();
    }
    return isUnified() ? List.of(UNIFIED) : HIERARCHIES;
  }

  /// Makes room for pods' groups.
  ///
  /// @param processes all that are in it now
  void settle(List<Long> processes) throws IOException {
    if (directories.isEmpty() || !isUnified()) {
      return;
    }
    Path leaf = Files.createDirectory(directories.getFirst().resolve(LEAF));
    for (long process : processes) {
      Files.writeString(procs(leaf), Long.toString(process));
    }
    delegate(directories.getFirst());
  }

  /// For a shell of the machine: joins its groups.
  static final String JOIN =
      "if [ -d /sys/fs/cgroup/machine ]; then echo 0 > /sys/fs/cgroup/machine/cgroup.procs;"
          + " else for d in /sys/fs/cgroup/*; do echo 0 > $d/cgroup.procs; done; fi";

  /// @param name of the machine
  static ControlGroups make(String name) {
    try {
      removeLeftovers();
      String mine = "%s%d-%s".formatted(PREFIX, ProcessHandle.current().pid(), name);
      List<Path> directories = parents().map(each -> each.resolve(mine)).toList();
      for (Path directory : directories) {
        Files.createDirectory(directory);
        for (String inherited : List.of("cpuset.cpus", "cpuset.mems")) {
          if (!isUnified() && Files.exists(directory.resolve(inherited))) {
            Files.writeString(
                directory.resolve(inherited),
                Files.readString(directory.resolveSibling(inherited)));
          }
        }
      }
      return new ControlGroups(directories);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> parents() {
    return isUnified() ? Stream.of(ROOT) : HIERARCHIES.stream().map(ROOT::resolve);
  }

  private static Path procs(Path directory) {
    return directory.resolve("cgroup.procs");
  }

  /// Of tests that were killed.
  private static void removeLeftovers() throws IOException {
    for (Path parent : parents().toList()) {
      try (Stream<Path> files = Files.list(parent)) {
        for (Path file : files.filter(ControlGroups::isLeftover).toList()) {
          remove(file);
        }
      }
    }
  }

  private static boolean isLeftover(Path directory) {
    String name = directory.getFileName().toString();
    return name.matches(PREFIX + "[0-9]+-.*")
        && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length()).split("-", 2)[0]))
            .isEmpty();
  }

  /// @return what is left, if something in it still runs
  private static Optional<IOException> remove(Path directory) {
    try (Stream<Path> below = Files.walk(directory)) {
      for (Path each :
          below.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
      return Optional.empty();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.of(new IOException(e));
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /// Once all in them has ended.
  @Override
  public void close() {
    for (Path directory : directories) {
      Eventually.until(
          () -> "%s can be removed: %s".formatted(directory, remove(directory)),
          () -> remove(directory).isEmpty());
    }
  }
}
