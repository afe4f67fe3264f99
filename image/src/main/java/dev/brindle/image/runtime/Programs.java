// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `.mvn/programs.sh` says, which the launcher of a clone is a shell for.
///
/// @param words by name, with what `$NAME` stood for
public record Programs(Map<String, String> words) {

  private static final Pattern LINE = Pattern.compile("([a-z_]+)=\"([^\"`\\\\]*)\"");
  private static final Pattern REFERENCE = Pattern.compile("\\$([a-z_]+)");

  /// Shows clusters on the machine it runs on, and is no part of an image.
  private static final String LAB = "lab";

  public Programs {
    words = Map.copyOf(words);
  }

  /// One of the programs.
  ///
  /// @param jar the module that has it
  /// @param flags of the JVM, one a word
  /// @param rootFlags besides those, for root
  /// @param environment `NAME=VALUE`
  /// @param cache the program whose ahead-of-time cache it starts with: its own, or another's
  public record Program(
      String name,
      String jar,
      String main,
      List<String> flags,
      List<String> rootFlags,
      Optional<String> environment,
      String cache) {

    public Program {
      flags = List.copyOf(flags);
      rootFlags = List.copyOf(rootFlags);
    }
  }

  public static Programs read(Path file) throws IOException {
    try {
      return parse(Files.readAllLines(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /// @throws IllegalArgumentException naming the line
  static Programs parse(List<String> lines) {
    Map<String, String> words = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "line %d: expected NAME=\"words\", not '%s'".formatted(i + 1, line));
      }
      words.put(matcher.group(1), whole(matcher.group(2), words, i + 1));
    }
    return new Programs(words);
  }

  private static String whole(String text, Map<String, String> words, int line) {
    String whole =
        REFERENCE
            .matcher(text)
            .replaceAll(
                found -> {
                  String value = words.get(found.group(1));
                  if (value == null) {
                    throw new IllegalArgumentException(
                        "line %d: no line above says %s".formatted(line, found.group()));
                  }
                  return Matcher.quoteReplacement(value);
                });
    if (whole.contains("$")) {
      throw new IllegalArgumentException("line %d: a '$' that is no name".formatted(line));
    }
    return whole;
  }

  /// Those of an image.
  public List<Program> all() {
    List<Program> all = new ArrayList<>(List.of(program("node"), program("ctl")));
    for (String name : split(required("programs"))) {
      if (!name.equals(LAB)) {
        all.add(program(name));
      }
    }
    return all;
  }

  private Program program(String name) {
    List<String> flags = new ArrayList<>(split(required(name + "_flags")));
    flags.addAll(split(required("native")));
    return new Program(
        name,
        required(name + "_jar"),
        required(name + "_main"),
        flags,
        split(words.getOrDefault(name + "_root_flags", "")),
        Optional.ofNullable(words.get(name + "_env")),
        words.getOrDefault(name + "_cache", name));
  }

  private String required(String name) {
    String value = words.get(name);
    if (value == null) {
      throw new IllegalArgumentException("nothing says " + name);
    }
    return value;
  }

  private static List<String> split(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" +"));
  }
}
