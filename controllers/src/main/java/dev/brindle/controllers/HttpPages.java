// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A port on which there are a few pages, each made when it is asked for.
final class HttpPages implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);

  private static final int BACKLOG = 16;

  static final int OK = 200;
  static final int FAILED = 500;
  static final int UNAVAILABLE = 503;

  /// @param code of HTTP
  /// @param type as HTTP has it
  record Page(int code, String type, String text) {}

  private final HttpServer server;
  private final ExecutorService threads;

  private HttpPages(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /// @param purpose a word, for messages
  /// @param pages by path
  /// @param setting that says which port it is
  /// @throws IOException if the port is taken, naming it and what to set
  static HttpPages start(
      InetSocketAddress address, String purpose, String setting, Map<String, Supplier<Page>> pages)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on port %d for %s: %s: end what listens there, or set %s"
              .formatted(address.getPort(), purpose, e.getMessage(), setting),
          e);
    }
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(purpose + "-", 0).factory());
    server.setExecutor(threads);
    pages.forEach((path, page) -> server.createContext(path, exchange -> answer(exchange, page)));
    server.start();
    return new HttpPages(server, threads);
  }

  private static void answer(HttpExchange exchange, Supplier<Page> source) throws IOException {
    try (exchange) {
      Page page;
      try {
        page = source.get();
      } catch (RuntimeException e) {
        // left alone the server would only hang up
        LOG.error("{} cannot be told", exchange.getRequestURI().getPath(), e);
        exchange.sendResponseHeaders(FAILED, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", page.type());
      byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(page.code(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /// The port is free afterwards.
  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
