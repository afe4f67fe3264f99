// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/// One TCP connection that stays open.
final class Conversation implements AutoCloseable {

  private static final int PATIENCE_IN_MILLIS = 3_000;

  private final Socket client;
  private final Socket server;

  Conversation(NetworkNamespace from, NetworkNamespace to, String address, int port)
      throws IOException {
    try (ServerSocket listener = to.call(() -> new ServerSocket(port))) {
      client = from.call(Traffic::unconnected);
      client.connect(new InetSocketAddress(address, port), 20_000);
      server = listener.accept();
    }
    client.setSoTimeout(PATIENCE_IN_MILLIS);
    server.setSoTimeout(PATIENCE_IN_MILLIS);
  }

  /// Whether a byte arrives and another comes back.
  boolean exchange() throws IOException {
    try {
      client.getOutputStream().write(1);
      if (server.getInputStream().read() != 1) {
        return false;
      }
      server.getOutputStream().write(2);
      return client.getInputStream().read() == 2;
    } catch (SocketTimeoutException | SocketException _) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
