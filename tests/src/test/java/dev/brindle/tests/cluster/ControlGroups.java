// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

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

/// A machine's control groups, in which kubelet and containerd make those of pods: a directory in
/// each hierarchy (version 1), which the machine sees as the root.
///
/// @param directories none where a machine has no need of any
record ControlGroups(List<Path> directories) implements AutoCloseable {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String PREFIX = "brindle-test-";

  /// What runc and kubelet ask for.
  static final List<String> HIERARCHIES =
      List.of("cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio", "pids");

  static final ControlGroups NONE = new ControlGroups(List.of());

  ControlGroups {
    directories = List.copyOf(directories);
  }

  /// Skips the test where there are not all of them.
  static void need() {
    List<String> missing =
        HIERARCHIES.stream().filter(name -> !Files.isWritable(procs(ROOT.resolve(name)))).toList();
    assumeTrue(
        missing.isEmpty(),
        "nodes with kubelet are given control groups of version 1; not in %s: %s"
            .formatted(ROOT, String.join(", ", missing)));
  }

  /// @param name of the machine
  static ControlGroups make(String name) {
    try {
      removeLeftovers();
      String mine = "%s%d-%s".formatted(PREFIX, ProcessHandle.current().pid(), name);
      List<Path> directories =
          HIERARCHIES.stream().map(each -> ROOT.resolve(each).resolve(mine)).toList();
      for (Path directory : directories) {
        Files.createDirectory(directory);
        for (String inherited : List.of("cpuset.cpus", "cpuset.mems")) {
          if (Files.exists(directory.resolve(inherited))) {
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

  private static Path procs(Path directory) {
    return directory.resolve("cgroup.procs");
  }

  /// Of tests that were killed.
  private static void removeLeftovers() throws IOException {
    for (String hierarchy : HIERARCHIES) {
      try (Stream<Path> files = Files.list(ROOT.resolve(hierarchy))) {
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
