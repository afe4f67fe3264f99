// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where people ask: `control.sock` in a directory that only its owner may enter. Each caller has a
/// thread of its own and one request; there are never more than a few of them.
public final class ControlSocket implements AutoCloseable {

  static final int MOST_CALLERS = 16;

  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final int BACKLOG = 64;

  private final ControlDirectory directory;
  private final ServerSocketChannel server;
  private final ControlHandler handler;
  private final ControlPatience patience;
  private final Set<SocketChannel> callers = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ControlSocket(
      ControlDirectory directory,
      ServerSocketChannel server,
      ControlHandler handler,
      ControlPatience patience) {
    this.directory = directory;
    this.server = server;
    this.handler = handler;
    this.patience = patience;
  }

  /// @throws IOException naming the directory, what is wrong with it, and what to do
  public static ControlSocket start(Path where, ControlHandler handler) throws IOException {
    return start(where, handler, ControlPatience.USUAL);
  }

  static ControlSocket start(Path where, ControlHandler handler, ControlPatience patience)
      throws IOException {
    try {
      ControlDirectory directory = ControlDirectory.take(where);
      try {
        return listen(directory, handler, patience);
      } catch (IOException e) {
        directory.close();
        throw e;
      }
    } catch (IOException e) {
      throw new IOException("control directory %s: %s".formatted(where, e.getMessage()), e);
    }
  }

  private static ControlSocket listen(
      ControlDirectory directory, ControlHandler handler, ControlPatience patience)
      throws IOException {
    Files.deleteIfExists(directory.socket()); // of one that was killed: we hold the lock
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(directory.socket()), BACKLOG);
      Files.setPosixFilePermissions(
          directory.socket(), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    var socket = new ControlSocket(directory, server, handler, patience);
    Thread.ofPlatform().daemon().name("control").start(socket::serve);
    return socket;
  }

  public Path path() {
    return directory.socket();
  }

  /// A shortage of files or memory passes: the socket is not given up for it.
  private void serve() {
    String complained = "";
    try {
      while (!closed.await(complained.isEmpty() ? 0 : 1, TimeUnit.SECONDS)) {
        complained = serveNext(complained);
      }
    } catch (InterruptedException _) {
      LOG.debug("control socket {}: interrupted", path());
    }
  }

  /// @param before what went wrong the last time; empty if nothing did
  /// @return what went wrong
  private String serveNext(String before) {
    try {
      SocketChannel caller = server.accept();
      boolean isOneTooMany = callers.size() >= MOST_CALLERS;
      callers.add(caller);
      try {
        Thread.ofPlatform().daemon().name("control-call").start(() -> answer(caller, isOneTooMany));
      } catch (Error e) { // no thread is to be had
        hangUp(caller);
        return e.toString();
      }
      return "";
    } catch (ClosedChannelException _) {
      LOG.debug("control socket {} closed", path());
      return "";
    } catch (IOException e) {
      if (!e.toString().equals(before)) {
        LOG.error("control socket {} cannot be served, trying again: {}", path(), e.toString());
      }
      return e.toString();
    }
  }

  private void answer(SocketChannel caller, boolean isOneTooMany) {
    try (ControlCall call = ControlCall.on(caller, patience)) {
      if (isOneTooMany) {
        call.refuse(
            new ControlRefusal(
                "busy",
                "%d others are being answered".formatted(MOST_CALLERS),
                "try again when they are done"));
      } else {
        call.answer(handler);
      }
    } catch (IOException e) {
      LOG.debug("control: the caller went away: {}", e.toString());
    } catch (RuntimeException e) {
      LOG.error("control: cannot answer", e);
    } finally {
      hangUp(caller);
    }
  }

  private void hangUp(SocketChannel caller) {
    callers.remove(caller);
    try {
      caller.close();
    } catch (IOException e) {
      LOG.debug("control: cannot hang up: {}", e.toString());
    }
  }

  /// Whoever is being answered is cut off.
  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    callers.forEach(this::hangUp);
    Files.deleteIfExists(path());
    directory.close();
  }
}
