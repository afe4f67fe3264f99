// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.datastore.DatastoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Where the store lies: a file of mode 0600 in a directory of mode 0700. SQLite gives its own
/// files beside it the mode of the first.
record StoreFile(Path path) {

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /// Makes what is missing; leaves what is there as it is.
  static StoreFile prepare(Path path) {
    StoreFile file = new StoreFile(path.toAbsolutePath().normalize());
    try {
      makeDirectory(file.bellDirectory());
      createIfMissing(file.path());
      createIfMissing(file.bell());
    } catch (IOException e) {
      throw new DatastoreException(
          "datastore file %s cannot be made: %s".formatted(file.path(), e), e);
    }
    return file;
  }

  /// Holds nothing but the bell, so that who watches it hears of nothing else.
  Path bellDirectory() {
    return path.resolveSibling(path.getFileName() + "-bell");
  }

  Path bell() {
    return bellDirectory().resolve("bell");
  }

  static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, PRIVATE_DIRECTORY);
  }

  private static void createIfMissing(Path file) throws IOException {
    try {
      Files.createFile(file, PRIVATE_FILE);
    } catch (FileAlreadyExistsException _) {
      // another process was first, or it is an old store: both are fine
    }
  }
}
