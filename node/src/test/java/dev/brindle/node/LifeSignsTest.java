// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.StatusReports;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.felix.agent.AgentReport;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Setting;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.testing.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Nobody waits here for the time that passes: the clock is set.
class LifeSignsTest {

  private static final Resource POD =
      ResourceCodec.read(
              """
          kind: WorkloadEndpoint
          apiVersion: projectcalico.org/v3
          metadata: {name: n1-k8s-p1-eth0, namespace: default}
          spec: {node: n1, orchestrator: k8s, pod: p1, endpoint: eth0, interfaceName: cali1}
          """)
          .getFirst();

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final AtomicReference<AgentReport> agent =
      new AtomicReference<>(report(Settings.DEFAULTS, true, Map.of()));
  private final AtomicInteger tries = new AtomicInteger();
  private volatile boolean isStoreDown;

  private final StatusReports reports =
      new StatusReports() {
        @Override
        public void say(Reporter who, Life life, Duration validity) {
          note("%s lives %s %s, for %s".formatted(who, life.uptime(), life.isFirst(), validity));
        }

        @Override
        public void say(Reporter who, Map<Resource, State> endpoints) {
          note("endpoints " + endpoints.values());
        }

        private void note(String words) {
          tries.incrementAndGet();
          if (isStoreDown) {
            throw new DatastoreException("no disk");
          }
          said.add(words);
        }
      };

  @Test
  void itSaysThatItLives() {
    isStoreDown = true;
    try (LifeSigns _ = start()) {
      Waiting.until("the first try", () -> tries.get() > 0);
      isStoreDown = false;
      String who = "Reporter[region=, node=n1]";
      Waiting.until("the first", () -> said.equals(List.of(who + " lives PT0S true, for PT1M30S")));
      int before = tries.get();
      now.updateAndGet(time -> time.plusSeconds(30));
      Waiting.until(
          "the next", () -> said.getLast().equals(who + " lives PT30S false, for PT1M30S"));
      assertThat(tries.get()).isEqualTo(before + 1);
    }
  }

  @Test
  void endpointsWhereThatIsAskedFor() {
    Settings settings =
        Settings.DEFAULTS
            .with(Parameters.ENDPOINT_REPORTING_ENABLED, true, Setting.Source.ENVIRONMENT)
            .with(Parameters.REPORTING_INTERVAL, Duration.ZERO, Setting.Source.ENVIRONMENT)
            .with(Parameters.ENDPOINT_REPORTING_DELAY, Duration.ZERO, Setting.Source.ENVIRONMENT);
    EndpointStatus down =
        new EndpointStatus(POD.key(), "1", EndpointStatus.State.NO_INTERFACE, "no cali1");
    EndpointStatus up = new EndpointStatus(POD.key(), "1", EndpointStatus.State.UP, "");
    agent.set(report(settings, false, Map.of()));
    try (LifeSigns _ = start()) {
      agent.set(report(settings, true, Map.of(POD.key(), down)));
      Waiting.until("down", () -> said.equals(List.of("endpoints [DOWN]")));
      agent.set(report(settings, true, Map.of(POD.key(), up)));
      Waiting.until("up", () -> said.equals(List.of("endpoints [DOWN]", "endpoints [UP]")));
    }
  }

  private LifeSigns start() {
    return LifeSigns.start("n1", reports, this::stored, agent::get, now::get);
  }

  private Optional<Resource> stored(ResourceKey key) {
    return Optional.of(POD).filter(pod -> pod.key().equals(key));
  }

  private static AgentReport report(
      Settings settings, boolean isInSync, Map<ResourceKey, EndpointStatus> endpoints) {
    return new AgentReport(
        isInSync,
        true,
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        endpoints,
        new AgentReport.Counters(0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0),
        settings,
        1500);
  }
}
