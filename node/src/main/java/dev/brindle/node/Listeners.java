// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.felix.settings.Parameter;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Setting;
import dev.brindle.felix.settings.Settings;
import dev.brindle.node.health.HealthServer;
import dev.brindle.node.health.ListenText;
import dev.brindle.node.health.MetricsServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ports of health and metrics. Both are served unless a setting says otherwise: other than
/// felix, whose built-in `false` nobody has to overrule here.
final class Listeners implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final Optional<HealthServer> health;
  private final Optional<MetricsServer> metrics;

  private Listeners(Optional<HealthServer> health, Optional<MetricsServer> metrics) {
    this.health = health;
    this.metrics = metrics;
  }

  /// Takes the ports; who calls waits until there are answers.
  ///
  /// @param settings as they are at the start
  /// @throws IOException if a port or host is not to be had: then none is taken
  static Listeners take(Settings settings) throws IOException {
    Optional<InetSocketAddress> health =
        address(
            settings,
            "health",
            Parameters.HEALTH_ENABLED,
            Parameters.HEALTH_HOST,
            Parameters.HEALTH_PORT);
    Optional<InetSocketAddress> metrics =
        address(
            settings,
            "metrics",
            Parameters.PROMETHEUS_METRICS_ENABLED,
            Parameters.PROMETHEUS_METRICS_HOST,
            Parameters.PROMETHEUS_METRICS_PORT);
    Optional<HealthServer> healthServer =
        health.isPresent() ? Optional.of(HealthServer.listen(health.get())) : Optional.empty();
    try {
      Optional<MetricsServer> metricsServer =
          metrics.isPresent() ? Optional.of(MetricsServer.listen(metrics.get())) : Optional.empty();
      health.ifPresent(address -> LOG.info("health on {}", ListenText.of(address)));
      metrics.ifPresent(address -> LOG.info("metrics on {}", ListenText.of(address)));
      return new Listeners(healthServer, metricsServer);
    } catch (IOException e) {
      healthServer.ifPresent(HealthServer::close);
      throw e;
    }
  }

  /// @return empty if it is switched off
  private static Optional<InetSocketAddress> address(
      Settings settings,
      String what,
      Parameter<Boolean> enabled,
      Parameter<String> host,
      Parameter<Integer> port)
      throws IOException {
    Setting.Source source = settings.setting(enabled).source();
    if (!settings.get(enabled) && source != Setting.Source.BUILT_IN) {
      LOG.info("no {}: {} is false ({})", what, enabled, source);
      return Optional.empty();
    }
    return Optional.of(address(settings, host, settings.get(port)));
  }

  private static InetSocketAddress address(Settings settings, Parameter<String> host, int port)
      throws IOException {
    String name = settings.get(host);
    try {
      return name.isEmpty()
          ? new InetSocketAddress(port)
          : new InetSocketAddress(InetAddress.getByName(name), port);
    } catch (UnknownHostException e) {
      throw new IOException(
          "%s is '%s' (%s): expected a name or address of this node: %s"
              .formatted(host, name, settings.setting(host).source(), e.getMessage()),
          e);
    }
  }

  /// Answers from now on.
  ///
  /// @param dead reasons to be restarted; none while all is well
  /// @param lacking what a node that is ready is without
  void answer(
      Supplier<List<String>> dead,
      Supplier<List<String>> notReady,
      Supplier<List<String>> lacking,
      Supplier<PrometheusRegistry> registry) {
    health.ifPresent(server -> server.answer(dead, notReady, lacking));
    metrics.ifPresent(server -> server.answer(registry.get()));
  }

  /// Empty if health is not served.
  Optional<Integer> healthPort() {
    return health.map(HealthServer::port);
  }

  /// Empty if metrics are not served.
  Optional<Integer> metricsPort() {
    return metrics.map(MetricsServer::port);
  }

  @Override
  public void close() {
    metrics.ifPresent(MetricsServer::close);
    health.ifPresent(HealthServer::close);
  }
}
