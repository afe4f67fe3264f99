// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.FileTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// How each program is started: what the launcher in C reads, and java as a file of arguments.
public final class LaunchFiles {

  private final String home;
  private final List<String> jars;
  private final Set<String> caches;

  /// @param home as seen in the image
  /// @param jars names of all in `lib`, in the order of the class path
  /// @param caches names of ahead-of-time caches
  public LaunchFiles(String home, List<String> jars, Set<String> caches) {
    this.home = home;
    this.jars = List.copyOf(jars);
    this.caches = Set.copyOf(caches);
  }

  public FileTree write(List<Programs.Program> programs, String help) {
    FileTree files = new FileTree();
    String launch = home.substring(1) + "/launch/";
    files.file(launch + "help", Content.of(help));
    for (Programs.Program program : programs) {
      files.file(launch + program.name(), Content.of(text(program, List.of())));
      if (!program.rootFlags().isEmpty()) {
        files.file(
            launch + program.name() + "-root", Content.of(text(program, program.rootFlags())));
      }
    }
    return files;
  }

  private String text(Programs.Program program, List<String> more) {
    List<String> lines = new ArrayList<>();
    lines.add("#main " + program.main());
    program.environment().ifPresent(it -> lines.add("#env " + it));
    lines.addAll(more);
    lines.addAll(program.flags());
    lines.add("-Dbrindle.home=" + home);
    lines.addAll(natives(home));
    if (caches.contains(program.cache())) {
      lines.add("-XX:AOTCache=" + home + "/aot/" + program.cache() + ".aot");
    }
    lines.add("-cp");
    lines.add(classPath(program.jar()));
    return String.join("\n", lines) + "\n";
  }

  /// Natives lie ready: nothing has to be unpacked into /tmp, or executed from there.
  static List<String> natives(String home) {
    String directory = home + "/native";
    return List.of(
        "-Djava.library.path=" + directory,
        "-Djffi.boot.library.path=" + directory,
        "-Dorg.sqlite.lib.path=" + directory);
  }

  /// Its own jar first, then all others, as the shell launcher has it: a cache depends on it.
  private String classPath(String module) {
    String own =
        jars.stream()
            .filter(jar -> jar.matches("brindle-" + module + "-[0-9].*\\.jar"))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("no jar of the module %s".formatted(module)));
    List<String> path = new ArrayList<>(List.of(home + "/lib/" + own));
    jars.stream().filter(jar -> !jar.equals(own)).forEach(jar -> path.add(home + "/lib/" + jar));
    return String.join(":", path);
  }
}
