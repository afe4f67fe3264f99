// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/// Files of the host: at any time each is the old one or the new one, whole.
final class HostFiles {

  /// Never with the bits that make a program run as its owner.
  static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

  private HostFiles() {}

  /// Puts a file in the place of what is there, and reads it again.
  ///
  /// @return whether it was not there like that before
  static boolean put(Path file, byte[] bytes, Set<PosixFilePermission> permissions)
      throws IOException {
    if (isSame(file, bytes)
        && Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(permissions)) {
      return false;
    }
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".brindle-", ".new");
    try {
      write(fresh, bytes);
      Files.setPosixFilePermissions(fresh, permissions);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
    if (!isSame(file, bytes)) {
      throw new InstallException(
          "%s is not what was written there: is the disk full, or does somebody else write it?"
              .formatted(file));
    }
    return true;
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true); // a node that loses power now must not find an empty file
    }
  }

  static boolean isSame(Path file, byte[] bytes) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == bytes.length
        && Arrays.equals(Files.readAllBytes(file), bytes);
  }
}
