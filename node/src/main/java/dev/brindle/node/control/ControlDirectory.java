// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The directory of a control socket: made so that only its owner may enter, and held against a
/// second daemon. The kernel lets go of it when the process ends, however it does, so what an
/// earlier one left there may be taken over.
final class ControlDirectory implements AutoCloseable {

  static final String SOCKET = "control.sock";

  private static final String LOCK = "control.lock";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /// Of `sun_path` without its last zero (unix(7)).
  private static final int LONGEST_PATH = 107;

  private final Path directory;
  private final FileChannel lock;

  private ControlDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /// @throws IOException naming the directory and what is wrong with it
  static ControlDirectory take(Path wanted) throws IOException {
    Path directory = wanted.toAbsolutePath().normalize();
    int length = directory.resolve(SOCKET).toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_PATH) {
      throw new IOException(
          "the path of its socket has %d octets, expected at most %d"
              .formatted(length, LONGEST_PATH));
    }
    make(directory);
    return new ControlDirectory(directory, lock(directory));
  }

  private static void make(Path directory) throws IOException {
    try {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
      // the owner's right alone: whose directory it is not, or what is a link, is refused here
      Files.setPosixFilePermissions(directory, OWNER_ONLY);
    } catch (IOException e) {
      throw new IOException("cannot make it a directory of our own: " + e, e);
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    Path file = directory.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException _) {
      // held by this process itself
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new IOException(
        "%s is held: a speaker that runs has this directory; end it, or choose another"
            .formatted(file));
  }

  Path socket() {
    return directory.resolve(SOCKET);
  }

  /// The directory stays: it may have been there before.
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
