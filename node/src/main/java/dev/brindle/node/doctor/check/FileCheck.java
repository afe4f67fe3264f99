// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.ArrayList;
import java.util.List;

/// The daemon's directories.
public final class FileCheck {

  private static final long ENOUGH = 32L << 20;

  private FileCheck() {}

  /// @param variable that names it
  /// @param problem why it cannot be written to; empty if it can
  /// @param room in bytes
  public record Directory(String variable, String path, String problem, long room) {}

  public static List<Finding> of(List<Directory> directories) {
    List<Finding> found = new ArrayList<>();
    for (Directory each : directories) {
      String name = "%s (%s)".formatted(each.path(), each.variable());
      if (!each.problem().isEmpty()) {
        found.add(Symptom.DIRECTORY_UNUSABLE.at("%s: %s".formatted(name, each.problem())));
      } else if (each.room() < ENOUGH) {
        found.add(Symptom.DISK_FULL.at("%s: %d KiB are left".formatted(name, each.room() >> 10)));
      }
    }
    return Finding.orOk(
        found,
        Check.FILES,
        String.join(", ", directories.stream().map(Directory::path).distinct().toList())
            + " can be written to");
  }
}
