// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.node.doctor.check.LeftoverCheck.Program;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The processes that are seen from here. One that ends meanwhile counts as gone.
final class Processes {

  private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
  private static final Path ALL = Path.of("/proc");
  private static final Pattern SOCKET = Pattern.compile("socket:\\[([0-9]+)\\]");

  private Processes() {}

  /// Those in a network namespace.
  ///
  /// @param namespace its inode
  static List<Program> in(long namespace) {
    List<Program> found = new ArrayList<>();
    for (Path process : list(ALL, "[1-9]*")) {
      try {
        boolean isThere =
            ((Number) Files.getAttribute(process.resolve("ns/net"), "unix:ino")).longValue()
                == namespace;
        if (isThere) {
          found.add(
              new Program(
                  Long.parseLong(process.getFileName().toString()),
                  Files.readString(process.resolve("comm")).strip()));
        }
      } catch (IOException e) {
        LOG.debug("{} has gone, or is not for us: {}", process, e.toString());
      }
    }
    return found;
  }

  /// Who has sockets.
  ///
  /// @param inodes of them
  /// @return `NAME (process PID)`, and its command, by inode
  static Map<Long, Owner> owners(Set<Long> inodes) {
    Map<Long, Owner> found = new HashMap<>();
    for (Path process : list(ALL, "[1-9]*")) {
      for (Path descriptor : list(process.resolve("fd"), "*")) {
        try {
          Matcher socket = SOCKET.matcher(Files.readSymbolicLink(descriptor).toString());
          if (socket.matches() && inodes.contains(Long.parseLong(socket.group(1)))) {
            found.put(Long.parseLong(socket.group(1)), owner(process));
          }
        } catch (IOException e) {
          LOG.debug("{} has gone: {}", descriptor, e.toString());
        }
      }
    }
    return found;
  }

  private static Owner owner(Path process) throws IOException {
    String name = Files.readString(process.resolve("comm")).strip();
    String command = Files.readString(process.resolve("cmdline")).replace('\0', ' ');
    return new Owner("%s (process %s)".formatted(name, process.getFileName()), command);
  }

  /// @param command with its arguments
  record Owner(String name, String command) {

    boolean isDaemon() {
      return command.contains("dev.brindle.node.NodeMain") || command.contains("brindle node run");
    }
  }

  private static List<Path> list(Path directory, String glob) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
      stream.forEach(entries::add);
    } catch (IOException e) {
      LOG.debug("{} cannot be listed: {}", directory, e.toString());
    }
    return entries;
  }
}
