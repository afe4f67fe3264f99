// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import com.sun.net.httpserver.HttpExchange;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers Prometheus: `/metrics`, in its text form.
public final class MetricsServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final int OK = 200;
  private static final int FAILED = 500;

  private final HttpPort port;

  private MetricsServer(HttpPort port) {
    this.port = port;
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
    return new MetricsServer(
        HttpPort.listen(
            address, "metrics", "FELIX_PROMETHEUSMETRICSPORT or FELIX_PROMETHEUSMETRICSHOST"));
  }

  /// Answers from now on.
  public void answer(PrometheusRegistry registry) {
    PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    port.answer(Map.of("/metrics", exchange -> answer(exchange, writer, registry)));
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
    return port.number();
  }

  /// The port is free afterwards.
  @Override
  public void close() {
    port.close();
  }
}
