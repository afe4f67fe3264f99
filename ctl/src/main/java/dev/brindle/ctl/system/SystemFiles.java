// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Where a machine says what its kernel has.
///
/// @param root the machine's `/`
public record SystemFiles(Path root) {

  private static final long LONGEST_FILE = 64L << 20;

  public static SystemFiles ofThisMachine() {
    return new SystemFiles(Path.of("/"));
  }

  /// Whether this process may do all.
  public boolean isRoot() {
    return lines("proc/self/status").stream()
        .filter(line -> line.startsWith("Uid:"))
        .anyMatch(line -> line.split("\\s+", -1)[2].equals("0"));
  }

  /// @param configuration file with the kernel's options; empty to look in the usual places
  public KernelFacts kernel(String configuration) {
    String release = String.join("", lines("proc/sys/kernel/osrelease")).strip();
    Set<String> modules = new HashSet<>(loaded());
    for (String list : List.of("modules.dep", "modules.builtin")) {
      lines("lib/modules/" + release + "/" + list).forEach(line -> modules.add(module(line)));
    }
    return new KernelFacts(release, modules, options(release, configuration));
  }

  private Set<String> loaded() {
    Set<String> modules = new HashSet<>();
    lines("proc/modules").forEach(line -> modules.add(line.split(" ", -1)[0]));
    try (Stream<Path> found = Files.list(root.resolve("sys/module"))) {
      found.forEach(path -> modules.add(path.getFileName().toString()));
    } catch (IOException _) {
      return modules; // a machine without sysfs says it in the other places
    }
    return modules;
  }

  /// `kernel/net/netfilter/xt_set.ko.xz: ...` is the module xt_set.
  private static String module(String line) {
    String path = line.split(":", -1)[0];
    String file = path.substring(path.lastIndexOf('/') + 1);
    int dot = file.indexOf('.');
    return dot < 0 ? file : file.substring(0, dot);
  }

  private Set<String> options(String release, String configuration) {
    List<String> places =
        configuration.isEmpty()
            ? List.of("usr/src/linux/.config", "boot/config-" + release)
            : List.of(configuration);
    Set<String> options = new HashSet<>();
    for (String place : places) {
      lines(place).stream()
          .filter(line -> line.endsWith("=y") || line.endsWith("=m"))
          .forEach(line -> options.add(line.substring(0, line.indexOf('='))));
    }
    return options;
  }

  /// None of a file that is not there.
  private List<String> lines(String file) {
    Path path = root.resolve(file);
    try {
      if (!Files.isReadable(path) || Files.size(path) > LONGEST_FILE) {
        return List.of();
      }
      return Files.readAllLines(path, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path, e);
    }
  }
}
