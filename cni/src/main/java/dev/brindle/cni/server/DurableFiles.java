// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Files of one directory that are there, or gone, for good when a method returns: neither a kill
/// nor a reboot makes one half.
///
/// @param directory is made when it is first needed
record DurableFiles(Path directory) {

  /// Those whose names end so; none if there is no directory.
  Set<String> names(String end) throws IOException {
    if (!Files.isDirectory(directory)) {
      return new TreeSet<>();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(end))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  byte[] read(String name) throws IOException {
    return Files.readAllBytes(file(name));
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /// In the place of an older one, if there is one.
  void write(String name, byte[] bytes) throws IOException {
    Files.createDirectories(directory);
    Path fresh = file(name + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE);
    sync();
  }

  /// It is no error if there is none.
  void remove(String name) throws IOException {
    if (Files.deleteIfExists(file(name))) {
      sync();
    }
  }

  /// So that the names in the directory are on the disk, too.
  private void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
