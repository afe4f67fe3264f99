// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.testing.Waiting;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Endpoints in one store, their pods in another.
class EndpointSyncTest {

  private static final ResourceKey WEB = Scene.podKey("web", "n1");

  private final MemoryDatastore memory = new MemoryDatastore();
  private final MeddledDatastore calico = new MeddledDatastore(memory);
  private final MemoryDatastore kubernetes = new MemoryDatastore();
  private final Cluster cluster = new Cluster(calico, Optional.of(kubernetes));
  private final EndpointSync sync = new EndpointSync(calico, cluster, () -> {});

  @BeforeEach
  void begin() {
    var scene = new Scene(memory, kubernetes);
    scene.node("n1");
    scene.pod("web", "n1", IpAddress.parse("10.0.0.1"));
    var pod = (WorkloadEndpoint) stored(kubernetes);
    Scene.written(memory.create(pod.withMetadata(Metadata.named("shop", WEB.name()))));
  }

  @AfterEach
  void end() {
    sync.close();
    cluster.close();
    memory.close();
    kubernetes.close();
  }

  private static Resource stored(Datastore store) {
    return store.get(WEB).orElseThrow();
  }

  private static void label(Datastore store, String value) {
    var endpoint = (WorkloadEndpoint) stored(store);
    Metadata labelled = endpoint.metadata().withLabels(Map.of("app", value));
    Scene.written(store.update(endpoint.withMetadata(labelled)));
  }

  private void follow(String label) {
    Waiting.until(
        "the endpoint has the label of its pod",
        () ->
            sync.sync().isEmpty()
                && stored(memory).metadata().labels().equals(Map.of("app", label)));
  }

  /// Metrics ask for it, and there may be 100,000.
  @Test
  void howManyWaitIsKnownFromTheLastRound() {
    var news = new AtomicInteger();
    assertThat(sync.waiting()).as("nobody knows").isEmpty();
    label(kubernetes, "1");
    follow("1");
    assertThat(sync.waiting()).hasValue(0);

    cluster.onPods(news::incrementAndGet);
    label(kubernetes, "2");
    Waiting.until("that is heard", () -> news.get() > 0);
    assertThat(sync.waiting()).as("nothing is compared for that").hasValue(0);

    calico.beforeWrite(ResourceKind.WORKLOAD_ENDPOINT, () -> label(memory, "another's"));
    sync.sync();
    assertThat(sync.waiting()).as("somebody else was faster").hasValue(1);
    follow("2");
    assertThat(sync.waiting()).hasValue(0);
  }
}
