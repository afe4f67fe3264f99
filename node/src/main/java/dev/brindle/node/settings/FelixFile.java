// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// felix's own file of settings (`felix.cfg`): `Name = Value`, in sections whose names do not
/// matter.
public final class FelixFile {

  private static final String PREFIX = "FELIX_";

  private FelixFile() {}

  /// Whether a variable of the environment is felix's.
  static boolean isFelix(String variable) {
    return variable.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
  }

  /// Its settings as variables of the environment.
  ///
  /// @param name of the file, for the error
  /// @throws IllegalArgumentException naming the line that is no setting
  public static Map<String, String> read(String name, List<String> lines) {
    Map<String, String> variables = new TreeMap<>();
    int number = 0;
    for (String each : lines) {
      number++;
      String line = each.strip();
      boolean isSection = line.startsWith("[") && line.endsWith("]");
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";") || isSection) {
        continue;
      }
      int equals = line.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "%s:%d: '%s' is no setting: expected NAME = VALUE".formatted(name, number, line));
      }
      String setting = line.substring(0, equals).strip();
      variables.put(PREFIX + setting.toUpperCase(Locale.ROOT), line.substring(equals + 1).strip());
    }
    return variables;
  }
}
