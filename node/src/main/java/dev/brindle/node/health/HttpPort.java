// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;

/// A port that is taken first, and answers later: who calls meanwhile waits.
final class HttpPort implements AutoCloseable {

  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final String purpose;
  private boolean isStarted;

  private HttpPort(HttpServer server, String purpose) {
    this.server = server;
    this.purpose = purpose;
  }

  /// @param purpose a word
  /// @param settings that say which port it is
  /// @throws IOException if the port is taken, naming it and what to set
  static HttpPort listen(InetSocketAddress address, String purpose, String settings)
      throws IOException {
    try {
      return new HttpPort(HttpServer.create(address, BACKLOG), purpose);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s for %s: %s: end what listens there, or set %s"
              .formatted(ListenText.of(address), purpose, e.getMessage(), settings),
          e);
    }
  }

  /// From now on, each call on a thread of its own.
  ///
  /// @param pages by path
  void answer(Map<String, HttpHandler> pages) {
    server.setExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(purpose + "-", 0).factory()));
    pages.forEach(server::createContext);
    server.start();
    isStarted = true;
  }

  int number() {
    return server.getAddress().getPort();
  }

  /// The port is free afterwards. The JDK's server lets go of it only on its own thread.
  @Override
  public void close() {
    if (!isStarted) {
      server.start();
    }
    server.stop(0);
  }
}
