// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Setting;
import dev.brindle.felix.settings.Settings;
import dev.brindle.felix.settings.SettingsResolver;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.node.testing.Ports;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenersTest {

  /// A namespace of its own begins with its loopback down.
  @BeforeEach
  void loopbackIsUp() {
    try (LiveKernel kernel = LiveKernel.open()) {
      kernel.links().setUp(1, true);
    } catch (KernelException e) {
      // an ordinary user's machine: there it is up
      assertThat(e.errno()).isEqualTo(Errno.EPERM);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                     | environment                                                   | resource             | health | metrics
          both are on                 |                                                               |                      | true   | true
          said so                     | FELIX_HEALTHENABLED=true FELIX_PROMETHEUSMETRICSENABLED=true  |                      | true   | true
          health is off               | FELIX_HEALTHENABLED=false                                     |                      | false  | true
          metrics are off             | FELIX_PROMETHEUSMETRICSENABLED=false                          |                      | true   | false
          as Go writes no             | FELIX_HEALTHENABLED=0 FELIX_PROMETHEUSMETRICSENABLED=f        |                      | false  | false
          off for the cluster         |                                                               | healthEnabled=false  | false  | true
          the environment is stronger | FELIX_HEALTHENABLED=true                                      | healthEnabled=false  | true   | true
          no truth counts as nothing  | FELIX_HEALTHENABLED=maybe                                     |                      | true   | true
          """)
  void areServed(
      String story,
      @Nullable String environment,
      @Nullable String resource,
      boolean health,
      boolean metrics)
      throws Exception {
    try (Listeners listeners = Listeners.take(settings(environment, resource))) {
      listeners.answer(List::of, () -> List.of("not yet"), List::of, PrometheusRegistry::new);

      assertThat(listeners.healthPort().isPresent()).as(story).isEqualTo(health);
      assertThat(listeners.metricsPort().isPresent()).as(story).isEqualTo(metrics);
      if (health) {
        assertThat(status(listeners.healthPort().orElseThrow(), "/readiness")).isEqualTo(503);
      }
      if (metrics) {
        assertThat(status(listeners.metricsPort().orElseThrow(), "/metrics")).isEqualTo(200);
      }
    }
  }

  @Test
  void whatIsOffNeedsNoPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Settings off =
          settings("FELIX_HEALTHENABLED=false", null)
              .with(Parameters.HEALTH_PORT, taken.getLocalPort(), Setting.Source.ENVIRONMENT);
      try (Listeners listeners = Listeners.take(off)) {
        assertThat(listeners.healthPort()).isEmpty();
      }
    }
  }

  @Test
  void aPortThatIsTakenLeavesTheOtherFree() throws Exception {
    int free = Ports.free();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Settings settings =
          settings(null, null)
              .with(Parameters.HEALTH_PORT, free, Setting.Source.ENVIRONMENT)
              .with(
                  Parameters.PROMETHEUS_METRICS_PORT,
                  taken.getLocalPort(),
                  Setting.Source.ENVIRONMENT);

      assertThatIOException()
          .isThrownBy(() -> Listeners.take(settings))
          .withMessageContaining(":%d for metrics", taken.getLocalPort())
          .withMessageContaining("set FELIX_PROMETHEUSMETRICSPORT");
      try (ServerSocket again = new ServerSocket(free, 1, InetAddress.getLoopbackAddress())) {
        assertThat(again.getLocalPort()).isEqualTo(free);
      }
    }
  }

  @Test
  void aHostThatIsNoneIsNamed() {
    Settings settings =
        settings(null, null)
            .with(Parameters.HEALTH_HOST, "no.such.host.invalid", Setting.Source.ENVIRONMENT);

    assertThatIOException()
        .isThrownBy(() -> Listeners.take(settings))
        .withMessageContaining(
            "HealthHost is 'no.such.host.invalid' (environment): expected a name");
  }

  /// Any free port of the loopback, and what the texts say.
  private static Settings settings(@Nullable String environment, @Nullable String resource) {
    List<FelixConfiguration> configurations =
        resource == null
            ? List.of()
            : List.of(
                new FelixConfiguration(
                    Metadata.named(FelixConfiguration.DEFAULT), Map.copyOf(words(resource))));
    return SettingsResolver.resolve(words(environment), configurations, "n1", Map.of())
        .settings()
        .with(Parameters.HEALTH_PORT, 0, Setting.Source.ENVIRONMENT)
        .with(Parameters.PROMETHEUS_METRICS_HOST, "localhost", Setting.Source.ENVIRONMENT)
        .with(Parameters.PROMETHEUS_METRICS_PORT, 0, Setting.Source.ENVIRONMENT);
  }

  private static Map<String, String> words(@Nullable String text) {
    return text == null
        ? Map.of()
        : Arrays.stream(text.split(" ", -1))
            .map(word -> word.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  private static int status(int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://localhost:%d%s".formatted(port, path));
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .statusCode();
    }
  }
}
