// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the kubelet's probes: `/liveness` and `/readiness`, 200 or 503 with the reasons as text.
public final class HealthServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HealthServer.class);
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final HttpPort port;

  private HealthServer(HttpPort port) {
    this.port = port;
  }

  /// @param dead reasons to be restarted; none while all is well
  /// @throws IOException if the port is taken, naming it
  public static HealthServer start(
      InetSocketAddress address, Supplier<List<String>> dead, Supplier<List<String>> notReady)
      throws IOException {
    HealthServer health = listen(address);
    health.answer(dead, notReady, List::of);
    return health;
  }

  /// Takes the port; who calls waits until there are answers.
  ///
  /// @throws IOException if the port is taken, naming it and what to set
  public static HealthServer listen(InetSocketAddress address) throws IOException {
    return new HealthServer(
        HttpPort.listen(address, "health", "FELIX_HEALTHPORT or FELIX_HEALTHHOST"));
  }

  /// Answers from now on.
  ///
  /// @param lacking what a node that is ready is without
  public void answer(
      Supplier<List<String>> dead,
      Supplier<List<String>> notReady,
      Supplier<List<String>> lacking) {
    port.answer(
        Map.of(
            "/liveness",
            exchange -> answer(exchange, dead, List.of("alive")),
            "/readiness",
            exchange -> answer(exchange, notReady, ready(lacking))));
  }

  private static List<String> ready(Supplier<List<String>> lacking) {
    return Stream.concat(Stream.of("ready"), reasons(lacking).stream()).toList();
  }

  private static void answer(
      HttpExchange exchange, Supplier<List<String>> source, List<String> well) throws IOException {
    try (exchange) {
      List<String> reasons = reasons(source);
      String text = String.join("\n", reasons.isEmpty() ? well : reasons);
      byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(reasons.isEmpty() ? OK : UNAVAILABLE, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /// Who asks is told; left alone the server would only hang up.
  private static List<String> reasons(Supplier<List<String>> source) {
    try {
      return source.get();
    } catch (RuntimeException e) {
      LOG.error("cannot tell how the node is", e);
      return List.of("cannot be told: " + e);
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
