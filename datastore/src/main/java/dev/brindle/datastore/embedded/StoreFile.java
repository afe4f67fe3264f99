// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.datastore.DatastoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/// Where the store lies: a file of mode 0600 in a directory of mode 0700. SQLite gives its own
/// files beside it the mode of the first.
///
/// @param identity of the file itself, whatever its name; another file of that name is not it
record StoreFile(Path path, Object identity) {

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final String CURE =
      "set BRINDLE_DATASTORE_FILE to a file in a directory that this process may write to";

  /// Refuses what is there and can be no store; makes nothing.
  ///
  /// @throws DatastoreException naming the file, what it is, and the cure
  static void check(Path given) {
    Path path = given.toAbsolutePath().normalize();
    if (Files.isDirectory(path)) {
      throw new DatastoreException("datastore file %s is a directory: %s".formatted(path, CURE));
    }
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.isRegularFile(path)) {
      throw new DatastoreException(
          "datastore file %s is not a regular file: %s".formatted(path, CURE));
    }
    if (Files.isDirectory(bellDirectory(path))) {
      // a store already; besides, closing a file drops the locks of all who have it open here
      return;
    }
    byte[] begin = begin(path);
    if (begin.length > 0 && !Arrays.equals(begin, MAGIC)) {
      throw new DatastoreException(
          "datastore %s: cannot open it: it is not a database: move it away, or set BRINDLE_DATASTORE_FILE to another file"
              .formatted(path));
    }
  }

  private static byte[] begin(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(MAGIC.length);
    } catch (IOException e) {
      throw unusable(path, "cannot be read", e);
    }
  }

  /// Makes what is missing; leaves what is there as it is.
  static StoreFile prepare(Path given) {
    Path path = given.toAbsolutePath().normalize();
    try {
      makeDirectory(bellDirectory(path));
      createIfMissing(path);
      createIfMissing(bellDirectory(path).resolve("bell"));
      return new StoreFile(path, identity(path));
    } catch (IOException e) {
      throw unusable(path, "cannot be made", e);
    }
  }

  private static DatastoreException unusable(Path path, String what, IOException e) {
    return new DatastoreException(
        "datastore file %s %s: %s: %s".formatted(path, what, reason(e), CURE), e);
  }

  /// `/proc/1: permission denied`
  private static String reason(IOException e) {
    if (e instanceof FileSystemException fault && fault.getFile() != null) {
      String why = Objects.requireNonNullElse(fault.getReason(), e.getClass().getSimpleName());
      return fault.getFile() + ": " + why;
    }
    return e.toString();
  }

  private static Object identity(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return Objects.requireNonNullElse(attributes.fileKey(), path);
  }

  /// SQLite goes on with a file that has lost its name; what it writes there nobody finds again.
  ///
  /// @throws DatastoreException if the name leads to another file now, or to none
  void requireInPlace() {
    try {
      if (identity(path).equals(identity)) {
        return;
      }
    } catch (NoSuchFileException e) {
      throw new DatastoreException(
          "datastore file %s is gone: it was moved or removed while in use; put it back, or end every brindle process that uses it and start it again with an empty store"
              .formatted(path),
          e);
    } catch (IOException e) {
      throw new DatastoreException(
          "datastore file %s cannot be looked at: %s".formatted(path, reason(e)), e);
    }
    throw new DatastoreException(
        "datastore file %s was replaced while in use: put the old one back, or end every brindle process that uses it and start it again with the new one"
            .formatted(path));
  }

  boolean isInPlace() {
    try {
      return identity(path).equals(identity);
    } catch (IOException _) {
      return false; // who asks the store next is told why
    }
  }

  /// Holds nothing but the bell, so that who watches it hears of nothing else.
  Path bellDirectory() {
    return bellDirectory(path);
  }

  private static Path bellDirectory(Path path) {
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
