// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Remembers in the work directory which process holds a lab that stays.
final class LabFile {

  private static final int START_TIME = 19;

  private LabFile() {}

  /// @param supervisor process number as seen from outside
  /// @param hasUser whether it has a user namespace of its own
  record Running(long supervisor, boolean hasUser) {}

  static void write(Path directory, Running lab) throws IOException {
    Files.writeString(
        file(directory),
        "%d %s %s%n".formatted(lab.supervisor(), startTime(lab.supervisor()), lab.hasUser()));
  }

  /// Empty if there is no lab, or its process is gone; a number that another process has now is not
  /// mistaken for it.
  static Optional<Running> read(Path directory) throws IOException {
    if (!Files.exists(file(directory))) {
      return Optional.empty();
    }
    String[] words = Files.readString(file(directory)).strip().split(" ", -1);
    if (words.length != 3 || !words[0].matches("[0-9]{1,10}")) {
      throw new IOException("%s is damaged; delete it".formatted(file(directory)));
    }
    long supervisor = Long.parseLong(words[0]);
    return startTime(supervisor).equals(words[1]) && !words[1].isEmpty()
        ? Optional.of(new Running(supervisor, Boolean.parseBoolean(words[2])))
        : Optional.empty();
  }

  private static Path file(Path directory) {
    return directory.resolve("supervisor");
  }

  /// In clock ticks since boot, from proc(5); empty if there is no such process or it is a zombie.
  private static String startTime(long process) {
    try {
      String stat = Files.readString(Path.of("/proc/%d/stat".formatted(process)));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[0].equals("Z") ? "" : fields[START_TIME];
    } catch (IOException e) {
      return "";
    }
  }
}
