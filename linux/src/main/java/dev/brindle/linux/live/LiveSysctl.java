// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Sysctl;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetworkNamespace;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Files below `/proc/sys`. Those below `net` show the namespace of the thread that opens them.
///
/// In a container that is not privileged `/proc/sys` cannot be written. There the host's directory
/// `net` is mounted elsewhere, and used from there: it shows each thread its own namespace as well.
final class LiveSysctl implements Sysctl {

  private static final String NETWORKS = "net/";
  private static final String USUAL = "/proc/sys/";
  private static final String MOUNTED = "/host/proc/sys/";
  private static final int LONGEST_VALUE = 4096;
  private static final int READ = 0;
  private static final int WRITE = 1;

  private final Libc libc;
  private final NetworkNamespace namespace;
  private final LazySocket socket;
  private final String networks;

  /// @param socket opened on the way by whoever enters the namespace for long
  LiveSysctl(Libc libc, NetworkNamespace namespace, LazySocket socket) {
    this(libc, namespace, socket, Files.isDirectory(Path.of(MOUNTED, NETWORKS)) ? MOUNTED : USUAL);
  }

  /// @param networks the directory in which `net` is
  LiveSysctl(Libc libc, NetworkNamespace namespace, LazySocket socket, String networks) {
    this.libc = libc;
    this.namespace = namespace;
    this.socket = socket;
    this.networks = networks;
  }

  @Override
  public Optional<String> read(String path) {
    String file = file(path);
    try {
      return Optional.of(namespace.call(() -> readFile(file)));
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw new KernelException("read setting " + path, e.errno());
    }
  }

  private String readFile(String file) {
    int fd = libc.open(file, READ);
    try {
      ByteBuffer value = ByteBuffer.allocate(LONGEST_VALUE);
      int length = libc.read(fd, value);
      return StandardCharsets.UTF_8.decode(value.slice(0, length)).toString().stripTrailing();
    } finally {
      libc.close(fd);
    }
  }

  /// Enters the namespace once: each time costs a thread.
  @Override
  public Map<String, KernelException> writeAll(SequencedMap<String, String> values) {
    return namespace.call(
        () -> {
          socket.openInside();
          Map<String, KernelException> failures = new HashMap<>();
          values.forEach(
              (path, value) -> {
                try {
                  writeInside(path, value);
                } catch (KernelException e) {
                  failures.put(path, e);
                }
              });
          return failures;
        });
  }

  @Override
  public void write(String path, String value) {
    namespace.call(
        () -> {
          writeInside(path, value);
          return true;
        });
  }

  private void writeInside(String path, String value) {
    String file = file(path);
    try {
      writeFile(file, value);
    } catch (KernelException e) {
      String cure =
          e.errno().equals(Errno.EROFS)
              ? "mount the host's /proc/sys/net at %snet, or make the container privileged"
                  .formatted(MOUNTED)
              : "";
      throw new KernelException("set %s to %s".formatted(path, value), e.errno(), cure);
    }
  }

  private void writeFile(String file, String value) {
    int fd = libc.open(file, WRITE);
    try {
      libc.write(fd, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    } finally {
      libc.close(fd);
    }
  }

  private String file(String path) {
    boolean isPlain =
        Arrays.stream(path.split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!isPlain) {
      throw new IllegalArgumentException("'%s' is not a path below /proc/sys".formatted(path));
    }
    return (path.startsWith(NETWORKS) ? networks : USUAL) + path;
  }
}
