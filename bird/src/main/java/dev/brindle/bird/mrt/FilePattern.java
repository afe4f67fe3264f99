// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// How files over time are called, as `/var/lib/brindle/rib.%Y%m%d.%H%M.mrt`: the time is UTC, with
/// the letters of strftime(3).
///
/// @param directory without `/` at its end; `.` if none was given
/// @param name of the files in it
public record FilePattern(String directory, String name) {

  private static final int LONGEST = 1_024;
  private static final Map<Character, Part> PARTS =
      Map.of(
          'Y', new Part("yyyy", "[0-9]{4}"),
          'm', new Part("MM", "[0-9]{2}"),
          'd', new Part("dd", "[0-9]{2}"),
          'H', new Part("HH", "[0-9]{2}"),
          'M', new Part("mm", "[0-9]{2}"),
          'S', new Part("ss", "[0-9]{2}"));

  /// @param format for the formatter
  /// @param digits what it looks like
  private record Part(String format, String digits) {}

  /// @throws IllegalArgumentException if a name could not be read back as what it is
  public FilePattern {
    if (name.isEmpty() || directory.length() + name.length() > LONGEST) {
      throw new IllegalArgumentException("'%s' names no file".formatted(directory + "/" + name));
    }
    if (directory.contains("%")) {
      throw new IllegalArgumentException(
          "'%s': the time may stand in the name of the file only".formatted(directory));
    }
    for (int at = name.indexOf('%'); at >= 0; at = name.indexOf('%', at + 2)) {
      if (at + 1 == name.length() || !PARTS.containsKey(name.charAt(at + 1))) {
        throw new IllegalArgumentException(
            "'%s': behind %% stands one of Y, m, d, H, M and S".formatted(name));
      }
    }
  }

  /// @throws IllegalArgumentException if it is no name of a file
  public static FilePattern parse(String text) {
    int slash = text.lastIndexOf('/');
    String directory =
        switch (slash) {
          case -1 -> ".";
          case 0 -> "/";
          default -> text.substring(0, slash);
        };
    return new FilePattern(directory, text.substring(slash + 1));
  }

  /// Whether files of different times have different names.
  public boolean isTimed() {
    return name.contains("%");
  }

  public String nameAt(Instant time) {
    StringBuilder text = new StringBuilder();
    each(
        literal -> text.append(literal),
        part ->
            text.append(
                DateTimeFormatter.ofPattern(part.format(), Locale.ROOT)
                    .withZone(ZoneOffset.UTC)
                    .format(time)));
    return text.toString();
  }

  /// Whether a file of this name is one of these; a number may be behind it.
  public boolean isOurs(String file) {
    StringBuilder regex = new StringBuilder();
    each(literal -> regex.append(Pattern.quote(literal)), part -> regex.append(part.digits()));
    return Pattern.matches(regex + "(\\.[0-9]{1,6})?", file);
  }

  private void each(Consumer<String> literal, Consumer<Part> part) {
    int at = 0;
    while (at < name.length()) {
      Part timed = name.charAt(at) == '%' ? PARTS.get(name.charAt(at + 1)) : null;
      if (timed != null) {
        part.accept(timed);
        at += 2;
      } else {
        literal.accept(name.substring(at, at + 1));
        at++;
      }
    }
  }

  @Override
  public String toString() {
    return directory.equals("/") ? directory + name : directory + "/" + name;
  }
}
