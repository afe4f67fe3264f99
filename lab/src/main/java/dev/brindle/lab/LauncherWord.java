// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/// How a user types the launcher's name from where they are.
final class LauncherWord {

  private static final String NAME = "brindle";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./+,@%=:-]+");

  private LauncherWord() {}

  /// Of this process.
  static String here() {
    String home = System.getProperty("brindle.home", "");
    return home.isEmpty()
        ? NAME
        : from(System.getenv().getOrDefault("PATH", ""), Path.of(home), Path.of(""));
  }

  /// @param search directories to look in, with ':' between them
  /// @param home where the launcher is
  /// @param here where the user is
  static String from(String search, Path home, Path here) {
    Path launcher = home.resolve(NAME);
    boolean isFound =
        Arrays.stream(search.split(":"))
            .filter(directory -> !directory.isEmpty())
            .anyMatch(directory -> isSame(Path.of(directory, NAME), launcher));
    if (isFound) {
      return NAME;
    }
    return isSame(here, home) ? "./" + NAME : quoted(launcher.toString());
  }

  /// As a shell takes it for one word.
  private static String quoted(String path) {
    return PLAIN.matcher(path).matches() ? path : "'" + path.replace("'", "'\\''") + "'";
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException _) {
      return false; // one of them is not there
    }
  }
}
