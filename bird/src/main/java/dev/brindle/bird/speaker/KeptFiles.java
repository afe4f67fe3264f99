// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.mrt.MrtSchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The files of a schedule: while one is written it has `.part` behind its name.
record KeptFiles(MrtSchedule schedule) {

  private static final String PART = ".part";

  private Path directory() {
    return Path.of(schedule.files().directory());
  }

  Path at(Instant time) {
    return directory().resolve(schedule.files().nameAt(time));
  }

  /// The same, or with a number where that is there already.
  Path fresh(Instant time) {
    Path wanted = at(time);
    Path free = wanted;
    for (int i = 1; schedule.files().isTimed() && Files.exists(free); i++) {
      free = wanted.resolveSibling(wanted.getFileName() + "." + i);
    }
    return free;
  }

  static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + PART);
  }

  /// It is whole; older ones go.
  void finish(Path part, Path file) throws IOException {
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    trim();
  }

  void trim() throws IOException {
    List<Dated> ours = new ArrayList<>();
    for (Path file : listed("")) {
      ours.add(new Dated(file, Files.getLastModifiedTime(file)));
    }
    ours.sort(Comparator.comparing(Dated::time).reversed().thenComparing(Dated::file));
    for (Dated old : ours.subList(Math.min(schedule.keep(), ours.size()), ours.size())) {
      Files.deleteIfExists(old.file());
    }
  }

  private record Dated(Path file, FileTime time) {}

  /// What one that was killed left unfinished: what is in it is whole but for its end.
  void adopt() throws IOException {
    for (Path left : listed(PART)) {
      String name = left.getFileName().toString();
      finish(left, left.resolveSibling(name.substring(0, name.length() - PART.length())));
    }
  }

  /// What one that was killed left unfinished is of no use.
  void sweep() throws IOException {
    for (Path left : listed(PART)) {
      Files.deleteIfExists(left);
    }
  }

  private List<Path> listed(String ending) throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.filter(it -> isOurs(it.getFileName().toString(), ending)).toList();
    }
  }

  private boolean isOurs(String name, String ending) {
    return name.endsWith(ending)
        && schedule.files().isOurs(name.substring(0, name.length() - ending.length()));
  }
}
