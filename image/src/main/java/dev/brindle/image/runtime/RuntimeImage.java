// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import dev.brindle.image.Architecture;
import dev.brindle.image.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A Java runtime of the modules that our programs need, made by jlink.
public final class RuntimeImage {

  /// Named in libraries' classes that none of our programs reaches: annotations of JavaBeans and of
  /// processors, and events for the flight recorder.
  private static final Set<String> UNUSED = Set.of("java.desktop", "java.compiler", "jdk.jfr");

  /// Reached by name only: SRV records, figures about memory and files for metrics.
  private static final Set<String> BY_NAME =
      Set.of("jdk.naming.dns", "java.management", "jdk.management");

  private final Path tools;
  private final Path jdk;
  private final Architecture architecture;

  /// @param tools the JDK that builds
  /// @param jdk that the runtime is made of
  public RuntimeImage(Path tools, Path jdk, Architecture architecture) {
    this.tools = tools;
    this.jdk = jdk;
    this.architecture = architecture;
  }

  /// @param jars all there are
  public Set<String> modules(List<Path> jars) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                tools.resolve("bin/jdeps").toString(),
                "--multi-release",
                Integer.toString(Runtime.version().feature()),
                "--ignore-missing-deps",
                "--print-module-deps"));
    jars.forEach(jar -> command.add(jar.toString()));
    String output = Commands.run(tools, Map.of(), command).strip();
    String last = output.substring(output.lastIndexOf('\n') + 1);
    if (!last.matches("[a-z0-9.,]+")) {
      throw new IOException("jdeps names no modules: " + output);
    }
    Set<String> modules = new TreeSet<>(List.of(last.split(",")));
    modules.removeAll(UNUSED);
    modules.addAll(BY_NAME);
    return modules;
  }

  /// @param directory must not be there yet
  public void write(Set<String> modules, Path directory) throws IOException, InterruptedException {
    boolean isOurs = architecture == Architecture.host();
    Path linker = (isOurs ? jdk : tools).resolve("bin/jlink");
    List<String> command = new ArrayList<>(List.of(linker.toString()));
    if (!isOurs) {
      Path packed = jdk.resolve("jmods");
      if (!Files.isDirectory(packed)) {
        throw new IOException(
            "%s: a JDK of another machine is linked from its jmods, and it has none"
                .formatted(jdk));
      }
      command.addAll(List.of("--module-path", packed.toString()));
    }
    command.addAll(
        List.of(
            "--add-modules",
            String.join(",", modules),
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--compress",
            "zip-6",
            "--output",
            directory.toString()));
    Commands.run(tools, Map.of(), command);
    for (String unused : List.of("bin/keytool", "bin/jwebserver", "lib/jexec", "lib/jrt-fs.jar")) {
      Files.deleteIfExists(directory.resolve(unused));
    }
  }
}
