// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What to build, from words `NAME=VALUE`; an empty value is as good as none.
///
/// @param sources their directory
/// @param libraries all jars, ours and others'
/// @param bill what Maven knows about them
/// @param output where images go
/// @param version of Brindle
/// @param architectures in this order
/// @param areOptional whether those of other machines may fail
/// @param base an OCI image layout, directory or tar; empty for Debian's packages
/// @param suite of Debian
/// @param mirror of Debian; empty for the host's
/// @param jdks by architecture, where not the one that builds or Debian's
/// @param caches names of ahead-of-time caches
record BuildOptions(
    Path sources,
    Path libraries,
    Path bill,
    Path output,
    String version,
    List<Architecture> architectures,
    boolean areOptional,
    String base,
    String suite,
    String mirror,
    Map<Architecture, Path> jdks,
    Set<String> caches) {

  private static final Set<String> NAMES =
      Set.of(
          "sources",
          "libraries",
          "bill",
          "output",
          "version",
          "architectures",
          "base",
          "suite",
          "mirror",
          "jdk.amd64",
          "jdk.arm64",
          "aot");

  BuildOptions {
    architectures = List.copyOf(architectures);
    jdks = Map.copyOf(jdks);
    caches = Set.copyOf(caches);
  }

  /// @throws IllegalArgumentException saying which word is wrong and what was expected
  static BuildOptions parse(List<String> words) {
    Map<String, String> values = new HashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      String name = word.substring(0, Math.max(equals, 0));
      if (!NAMES.contains(name)) {
        throw new IllegalArgumentException(
            "'%s': expected NAME=VALUE with one of %s".formatted(word, new TreeSet<>(NAMES)));
      }
      if (equals + 1 < word.length()) {
        values.put(name, word.substring(equals + 1));
      }
    }
    Map<Architecture, Path> jdks = new HashMap<>();
    for (Architecture architecture : Architecture.values()) {
      String jdk = values.get("jdk." + architecture.word());
      if (jdk != null) {
        jdks.put(architecture, Path.of(jdk).toAbsolutePath());
      }
    }
    return new BuildOptions(
        path(values, "sources"),
        path(values, "libraries"),
        bill(values),
        path(values, "output"),
        required(values, "version"),
        architectures(values.getOrDefault("architectures", "")),
        !values.containsKey("architectures"),
        values.getOrDefault("base", ""),
        required(values, "suite"),
        values.getOrDefault("mirror", ""),
        jdks,
        Arrays.stream(values.getOrDefault("aot", "none").split(","))
            .filter(name -> !name.equals("none"))
            .collect(Collectors.toSet()));
  }

  /// @param text empty for this machine's, and the others
  private static List<Architecture> architectures(String text) {
    if (!text.isEmpty()) {
      return Arrays.stream(text.split(",")).map(Architecture::of).toList();
    }
    return Arrays.stream(Architecture.values())
        .sorted(Comparator.comparing(it -> it != Architecture.host()))
        .toList();
  }

  private static Path path(Map<String, String> values, String name) {
    return Path.of(required(values, name)).toAbsolutePath();
  }

  /// Looked for at once, not after minutes of building.
  private static Path bill(Map<String, String> values) {
    Path bill = path(values, "bill");
    if (!Files.isRegularFile(bill)) {
      throw new IllegalArgumentException(
          ("bill=%s: no such file; expected the list of libraries that Maven's CycloneDX plugin"
                  + " writes, which does nothing offline: build without -o")
              .formatted(bill));
    }
    return bill;
  }

  private static String required(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + "=... is missing");
    }
    return value;
  }
}
