// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.FileTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The directory in which one image's parts are made, and which of them go where in the image.
record Stage(Path directory) {

  static final String HOME = "/opt/brindle";

  private static final String BELOW = HOME.substring(1);
  private static final String OURS = "brindle-";

  static Stage fresh(Path directory) throws IOException {
    if (Files.exists(directory)) {
      delete(directory);
    }
    for (String part : List.of("target/lib", "target/bin", "native")) {
      Files.createDirectories(directory.resolve(part));
    }
    return new Stage(directory);
  }

  Path runtime() {
    return directory.resolve("runtime");
  }

  Path jars() {
    return directory.resolve("target/lib");
  }

  Path natives() {
    return directory.resolve("native");
  }

  Path programs() {
    return directory.resolve("target/bin");
  }

  /// In the order that a class path of all of them has.
  List<Path> allJars() throws IOException {
    try (Stream<Path> files = Files.list(jars())) {
      return files.sorted().toList();
    }
  }

  List<String> jarNames() throws IOException {
    return allJars().stream().map(jar -> jar.getFileName().toString()).toList();
  }

  /// A cache is of use only to files with the times that it was made with.
  void date(Instant time) throws IOException {
    for (Path part : List.of(runtime(), jars())) {
      try (Stream<Path> files = Files.walk(part)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          if (!Files.isSymbolicLink(file)) {
            Files.setLastModifiedTime(file, FileTime.from(time));
          }
        }
      }
    }
  }

  FileTree runtimeTree() throws IOException {
    return new FileTree().copy(runtime(), BELOW + "/runtime");
  }

  FileTree libraryTree() throws IOException {
    FileTree tree = jarTree(false);
    return tree.copy(natives(), BELOW + "/native");
  }

  FileTree ownJarTree() throws IOException {
    return jarTree(true);
  }

  private FileTree jarTree(boolean areOurs) throws IOException {
    FileTree tree = new FileTree();
    for (Path jar : allJars()) {
      if (jar.getFileName().toString().startsWith(OURS) == areOurs) {
        tree.file(BELOW + "/lib/" + jar.getFileName(), Content.of(jar));
      }
    }
    return tree;
  }

  /// The launcher, the CNI plugin, their other names, and directories that others are mounted upon.
  FileTree programTree() {
    FileTree tree = new FileTree();
    tree.program(BELOW + "/bin/brindle", Content.of(programs().resolve("brindle")));
    for (String name : List.of("brindle", "calicoctl", "kubectl-brindle")) {
      tree.link("usr/bin/" + name, HOME + "/bin/brindle");
    }
    tree.program(BELOW + "/cni/brindle-cni", Content.of(programs().resolve("brindle-cni")));
    String digest = "brindle-cni.sha256";
    tree.file(BELOW + "/cni/" + digest, Content.of(programs().resolve(digest)));
    tree.link(BELOW + "/cni/calico", "brindle-cni").link(BELOW + "/cni/calico-ipam", "brindle-cni");
    for (String mounted :
        List.of(
            "var/lib/brindle",
            "var/lib/calico",
            "run/brindle",
            "host/opt/cni/bin",
            "host/etc/cni/net.d")) {
      tree.directory(mounted);
    }
    return tree;
  }

  static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
