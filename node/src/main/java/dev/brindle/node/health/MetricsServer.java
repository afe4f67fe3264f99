// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers Prometheus: `/metrics`, in its text form.
public final class MetricsServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final int OK = 200;
  private static final int FAILED = 500;
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private boolean isStarted;

  private MetricsServer(HttpServer server) {
    this.server = server;
  }

  /// @throws IOException if the port is taken, naming it
  public static MetricsServer start(InetSocketAddress address, PrometheusRegistry registry)
      throws IOException {
    MetricsServer metrics = listen(address);
    metrics.answer(registry);
    return metrics;
  }

  /// Takes the port; who calls waits until there are answers.
  ///
  /// @throws IOException if the port is taken, naming it and what to set
  public static MetricsServer listen(InetSocketAddress address) throws IOException {
    try {
      return new MetricsServer(HttpServer.create(address, BACKLOG));
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s for metrics: %s: end what listens there, or set FELIX_PROMETHEUSMETRICSPORT or FELIX_PROMETHEUSMETRICSHOST"
              .formatted(ListenText.of(address), e.getMessage()),
          e);
    }
  }

  /// Answers from now on.
  public void answer(PrometheusRegistry registry) {
    server.setExecutor(
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("metrics-", 0).factory()));
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    server.createContext("/metrics", exchange -> answer(exchange, writer, registry));
    server.start();
    isStarted = true;
  }

  private static void answer(
      HttpExchange exchange, PrometheusTextFormatWriter writer, PrometheusRegistry registry)
      throws IOException {
    try (exchange) {
      var body = new ByteArrayOutputStream();
      try {
        writer.write(body, registry.scrape());
      } catch (RuntimeException e) {
        // left alone the server would only hang up
        LOG.error("cannot collect metrics", e);
        exchange.sendResponseHeaders(FAILED, -1);
        return;
      }
      exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
      exchange.sendResponseHeaders(OK, body.size());
      exchange.getResponseBody().write(body.toByteArray());
    }
  }

  public int port() {
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
