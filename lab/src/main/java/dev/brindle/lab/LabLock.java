// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Held by the one command that brings the user's lab up or down; the kernel lets go of it when
/// that command ends, in whatever way. Directories that were made on the way to the lab's go with
/// it.
final class LabLock implements AutoCloseable {

  private static final String MADE = "made";

  private final Path directory;
  private final FileChannel channel;
  private final List<Path> made;

  private LabLock(Path directory, FileChannel channel, List<Path> made) {
    this.directory = directory;
    this.channel = channel;
    this.made = new ArrayList<>(made);
  }

  /// @param directory of the lab; need not be there
  /// @throws IllegalArgumentException if another command has it, or there is no place for the lab
  static LabLock take(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().resolve("..").normalize();
    List<Path> missing = missing(parent);
    try {
      WorkDirectory.create(parent);
      FileChannel channel =
          FileChannel.open(file(directory), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new IllegalArgumentException(
            "another command brings the lab up or down just now; wait for it, or end it");
      }
      return new LabLock(directory, channel, missing);
    } catch (FileSystemException e) {
      throw new IllegalArgumentException(
          "there is no place for the lab's files (%s): set XDG_STATE_HOME to a directory of yours"
              .formatted(e),
          e);
    }
  }

  private static Path file(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".lock");
  }

  private static List<Path> missing(Path directory) {
    List<Path> missing = new ArrayList<>();
    for (Path path = directory; path != null && !Files.exists(path); path = path.getParent()) {
      missing.add(path);
    }
    return missing;
  }

  /// Makes the lab's directory anew; it remembers which others were made for it.
  void makeDirectory() throws IOException {
    deleteDirectory();
    WorkDirectory.create(directory);
    Files.write(directory.resolve(MADE), made.stream().map(Path::toString).toList());
  }

  void deleteDirectory() throws IOException {
    Path file = directory.resolve(MADE);
    if (Files.exists(file)) {
      Files.readAllLines(file).stream()
          .map(Path::of)
          .filter(path -> !made.contains(path) && directory.toAbsolutePath().startsWith(path))
          .forEach(made::add);
    }
    WorkDirectory.delete(directory);
  }

  /// Directories that others use by now stay.
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file(directory));
    channel.close();
    if (Files.exists(directory)) {
      return;
    }
    for (Path path : made) {
      try {
        Files.deleteIfExists(path);
      } catch (DirectoryNotEmptyException _) {
        return;
      }
    }
  }
}
