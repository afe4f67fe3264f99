// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.HttpPages.Page;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ports of health and metrics, which follow the settings while it runs.
final class Listeners implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  /// A port, or none, and what is there.
  private static final class Listener {

    private final String purpose;
    private final String setting;
    private final Map<String, Supplier<Page>> pages;
    private int port;
    private Optional<HttpPages> open = Optional.empty();

    Listener(String purpose, String setting, Map<String, Supplier<Page>> pages) {
      this.purpose = purpose;
      this.setting = setting;
      this.pages = pages;
    }

    /// @param wanted 0 for none
    Optional<String> move(int wanted) {
      if (wanted == port) {
        return Optional.empty();
      }
      close();
      if (wanted == 0) {
        return Optional.empty();
      }
      try {
        open = Optional.of(HttpPages.start(new InetSocketAddress(wanted), purpose, setting, pages));
        port = wanted;
        LOG.info("{} on port {}", purpose, wanted);
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }

    void close() {
      open.ifPresent(HttpPages::close);
      open = Optional.empty();
      port = 0;
    }
  }

  private final Listener health;
  private final Listener metrics;

  /// Listens nowhere yet.
  Listeners(Map<String, Supplier<Page>> health, Map<String, Supplier<Page>> metrics) {
    this.health = new Listener("health", ControllersSettings.HEALTH_PORT, health);
    this.metrics = new Listener("metrics", "spec.prometheusMetricsPort", metrics);
  }

  /// @param healthPort 0 for none
  /// @param metricsPort 0 for none
  /// @return what does not work; it may be tried again
  synchronized List<String> move(int healthPort, int metricsPort) {
    List<String> problems = new ArrayList<>();
    health.move(healthPort).ifPresent(problems::add);
    metrics.move(metricsPort).ifPresent(problems::add);
    return problems;
  }

  @Override
  public synchronized void close() {
    health.close();
    metrics.close();
  }
}
