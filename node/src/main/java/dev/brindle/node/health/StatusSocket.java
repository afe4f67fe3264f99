// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers `node status` on a Unix socket that only root may use: whatever is asked, one line of
/// JSON with all there is to say, then the end.
public final class StatusSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StatusSocket.class);

  private final Path path;
  private final ServerSocketChannel server;
  private final Supplier<String> status;

  private StatusSocket(Path path, ServerSocketChannel server, Supplier<String> status) {
    this.path = path;
    this.server = server;
    this.status = status;
  }

  /// @param status the answer, one line; called on a thread of the caller's call
  public static StatusSocket start(Path path, Supplier<String> status) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.deleteIfExists(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    var socket = new StatusSocket(path, server, status);
    Thread.ofPlatform().daemon().name("status").start(socket::serve);
    return socket;
  }

  private void serve() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        Thread.ofVirtual().name("status-call").start(() -> answer(caller));
      } catch (ClosedChannelException _) {
        LOG.debug("status socket {} closed", path);
      } catch (IOException e) {
        LOG.error("status socket {} is out of service: {}", path, e.toString());
        return;
      }
    }
  }

  private void answer(SocketChannel caller) {
    try (caller) {
      ByteBuffer line = ByteBuffer.wrap((status.get() + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        caller.write(line);
      }
    } catch (IOException e) {
      LOG.debug("status: the caller went away: {}", e.toString());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
