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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
  private final CountDownLatch closed = new CountDownLatch(1);

  private StatusSocket(Path path, ServerSocketChannel server, Supplier<String> status) {
    this.path = path;
    this.server = server;
    this.status = status;
  }

  /// @param status the answer, one line; called on a thread of the caller's call
  /// @throws IOException naming the socket, what is wrong, and what to set
  public static StatusSocket start(Path path, Supplier<String> status) throws IOException {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.deleteIfExists(path);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      var socket = new StatusSocket(path, server, status);
      Thread.ofPlatform().daemon().name("status").start(socket::serve);
      return socket;
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s for node status: %s: set BRINDLE_RUN_DIR to another directory"
              .formatted(path, e.getMessage()),
          e);
    }
  }

  /// A shortage of files or memory passes: the socket is not given up for it.
  private void serve() {
    String complained = "";
    try {
      while (!closed.await(complained.isEmpty() ? 0 : 1, TimeUnit.SECONDS)) {
        complained = serveNext(complained);
      }
    } catch (InterruptedException _) {
      LOG.debug("status socket {}: interrupted", path);
    }
  }

  /// @param before what went wrong the last time; empty if nothing did
  /// @return what went wrong
  private String serveNext(String before) {
    try {
      SocketChannel caller = server.accept();
      Thread.ofVirtual().name("status-call").start(() -> answer(caller));
      return "";
    } catch (ClosedChannelException _) {
      LOG.debug("status socket {} closed", path);
      return "";
    } catch (IOException e) {
      if (!e.toString().equals(before)) {
        LOG.error("status socket {} cannot be served, trying again: {}", path, e.toString());
      }
      return e.toString();
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
    } catch (RuntimeException e) {
      LOG.error("status cannot be told", e);
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    Files.deleteIfExists(path);
  }
}
