// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a speaker of this machine can be asked: the directory that was named, or the only one
/// under the run directory in which somebody listens.
final class ControlPlace {

  private static final String SOCKET = "control.sock";
  private static final String CURE =
      "start brindle node run or brindle speaker, or name the speaker's --control DIR";

  private ControlPlace() {}

  /// @param named as an option; goes before what the environment says
  /// @throws NoDaemonException if nobody listens, or several do
  static SocketChannel connect(Optional<Path> named, Map<String, String> environment) {
    Optional<Path> directory =
        named.or(() -> Optional.ofNullable(environment.get("BRINDLE_CONTROL")).map(Path::of));
    return directory.isPresent()
        ? connect(directory.get())
        : search(Path.of(environment.getOrDefault("BRINDLE_RUN_DIR", "/run/brindle")));
  }

  private static SocketChannel connect(Path directory) {
    Path socket = directory.resolve(SOCKET);
    try {
      return open(socket);
    } catch (IOException | UnsupportedOperationException e) {
      throw new NoDaemonException("no speaker answers: %s; %s".formatted(why(socket, e), CURE));
    }
  }

  private static SocketChannel search(Path run) {
    List<Path> alive = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    SocketChannel found = null;
    for (Path socket : sockets(run)) {
      try {
        SocketChannel channel = open(socket);
        alive.add(socket.getParent());
        if (found == null) {
          found = channel;
        } else {
          channel.close();
        }
      } catch (IOException e) {
        silent.add(why(socket, e));
      }
    }
    if (found == null) {
      String what =
          silent.isEmpty()
              ? "there is no %s in a directory under %s".formatted(SOCKET, run)
              : String.join(", ", silent);
      throw new NoDaemonException("no speaker answers: %s; %s".formatted(what, CURE));
    }
    if (alive.size() > 1) {
      closed(found);
      throw new NoDaemonException("several speakers run here: say --control with one of " + alive);
    }
    return found;
  }

  private static List<Path> sockets(Path run) {
    List<Path> sockets = new ArrayList<>();
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(run)) {
      for (Path directory : directories) {
        if (Files.isDirectory(directory) && !Files.isExecutable(directory)) {
          throw new NoDaemonException(
              "this user may not enter %s: ask as the user whose speaker it is"
                  .formatted(directory));
        }
        if (Files.exists(directory.resolve(SOCKET))) {
          sockets.add(directory.resolve(SOCKET));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    } catch (IOException e) {
      throw new NoDaemonException("cannot look for a speaker in %s: %s".formatted(run, e));
    }
    sockets.sort(null);
    return sockets;
  }

  private static SocketChannel open(Path socket) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static String why(Path socket, Exception e) {
    if (e instanceof AccessDeniedException || "Permission denied".equals(e.getMessage())) {
      return "this user may not use " + socket;
    }
    return Files.exists(socket)
        ? "nothing listens at %s (%s)".formatted(socket, e.getMessage())
        : "there is no socket " + socket;
  }

  private static void closed(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new NoDaemonException("cannot close a connection: " + e);
    }
  }
}
