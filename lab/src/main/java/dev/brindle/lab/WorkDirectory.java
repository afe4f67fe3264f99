// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a lab's files are: a directory of its own for the tour, a known one for a lab that stays.
final class WorkDirectory {

  private static final int MOST_TRIES = 10;

  private WorkDirectory() {}

  /// `$XDG_STATE_HOME/brindle-lab`, else `~/.local/state/brindle-lab`.
  static Path ofLastingLab(Map<String, String> environment) {
    Path state =
        Optional.ofNullable(environment.get("XDG_STATE_HOME"))
            .filter(text -> text.startsWith("/"))
            .or(() -> Optional.ofNullable(environment.get("HOME")).map(h -> h + "/.local/state"))
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local/state"));
    return state.resolve("brindle-lab");
  }

  static Path forTour() throws IOException {
    return Files.createTempDirectory("brindle-lab");
  }

  /// Nobody else may look in: the store is there.
  static void create(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /// With all that is in it; it is no error if some of it comes or goes meanwhile.
  static void delete(Path directory) {
    for (int tries = 1; Files.exists(directory, LinkOption.NOFOLLOW_LINKS); tries++) {
      try {
        deleteOnce(directory);
      } catch (IOException | UncheckedIOException e) {
        if (tries == MOST_TRIES) {
          throw new UncheckedIOException("cannot delete " + directory, new IOException(e));
        }
      }
    }
  }

  private static void deleteOnce(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    }
  }
}
