// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/// Files of the host: at any time each is the old one or the new one, whole.
final class HostFiles {

  /// Never with the bits that make a program run as its owner.
  static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

  /// SUID, SGID and sticky.
  private static final int SPECIAL = 07000;

  private static final String BEGIN = ".brindle-";
  private static final String END = ".new";

  private HostFiles() {}

  /// Puts a file in the place of what is there, and reads it again.
  ///
  /// @return whether it was not there like that before
  static boolean put(Path file, byte[] bytes, Set<PosixFilePermission> permissions)
      throws IOException {
    if (isSame(file, bytes) && hasOnly(file, permissions)) {
      return false;
    }
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), BEGIN, END);
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

  /// Those, and none of the bits that make a program run as its owner or group, which Java's own
  /// view leaves out.
  private static boolean hasOnly(Path file, Set<PosixFilePermission> permissions)
      throws IOException {
    Object mode = Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(permissions)
        && mode instanceof Integer bits
        && (bits & SPECIAL) == 0;
  }

  /// Takes away what a process that was killed left half written.
  static void removeUnfinished(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, BEGIN + "*" + END)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// SHA-256, in hexadecimal.
  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
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
