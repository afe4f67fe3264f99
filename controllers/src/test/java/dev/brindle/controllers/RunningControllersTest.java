// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.election.ElectionTerms;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.datastore.undo.UndoRecord;
import dev.brindle.datastore.undo.UndoRecords;
import dev.brindle.datastore.undo.UndoStep;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// All of it, but for the process.
class RunningControllersTest {

  private static final ElectionTerms QUICK =
      new ElectionTerms(Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofMillis(50));

  private final MemoryDatastore store = new MemoryDatastore();
  private final Scene scene = new Scene(store, store);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void end() {
    http.close();
    store.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /// @param view of the store, which the controllers close
  private RunningControllers start(String identity, Datastore view, int healthPort) {
    return start(identity, view, healthPort, false);
  }

  private RunningControllers start(
      String identity, Datastore view, int healthPort, boolean isHealthAsked) {
    var settings =
        new ControllersSettings(
            DatastoreSettings.embedded(Path.of("none")),
            Optional.empty(),
            "kube-system",
            "brindle-controllers",
            identity,
            healthPort,
            isHealthAsked);
    return new RunningControllers(
        settings, Map.of(), view, Optional.empty(), QUICK, Duration.ofMillis(10));
  }

  /// The store stays open for others.
  private Datastore view() {
    return new MeddledDatastore(store);
  }

  private String page(int port, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port, path));
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  /// Empty while nobody listens.
  private String pageOrNone(int port, String path) {
    try {
      return page(port, path);
    } catch (IOException _) {
      return "";
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Optional<KubeControllersConfiguration> settings() {
    return store.get(SettingsWatch.PLACE).map(KubeControllersConfiguration.class::cast);
  }

  private void change(String controllers, int metricsPort) {
    Waiting.until(
        "there are settings", () -> settings().filter(it -> !it.status().isEmpty()).isPresent());
    Waiting.until(
        "the settings are written",
        () -> {
          KubeControllersConfiguration found = settings().orElseThrow();
          var changed =
              (KubeControllersConfiguration)
                  ResourceCodec.readStored(
                      ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
                      """
                      {"metadata":{"name":"default"},
                       "spec":{"prometheusMetricsPort":%d,"controllers":%s}}"""
                          .formatted(metricsPort, controllers));
          return store.update(
                  new KubeControllersConfiguration(
                      found.metadata(), changed.spec(), found.status()))
              instanceof WriteResult.Written;
        });
  }

  /// Nodes may not write what people write.
  @Test
  void whatNobodyConfirmedIsUndone() {
    store.create(
        ResourceCodec.readStored(
            ResourceKind.CLUSTER_INFORMATION,
            "{\"metadata\":{\"name\":\"default\"},\"spec\":{\"datastoreReady\":true}}"));
    Resource made =
        ResourceCodec.readStored(
            ResourceKind.TIER, "{\"metadata\":{\"name\":\"t\"},\"spec\":{\"order\":1}}");
    store.create(made);
    new UndoRecords(store)
        .add(
            new UndoRecord(
                "00000001",
                "ann",
                Instant.EPOCH,
                UndoRecord.State.PENDING,
                List.of(UndoStep.of(made.key(), Optional.empty(), made)),
                List.of()));
    try (RunningControllers running = start("a", view(), 0)) {
      assertThat(running).isNotNull();
      Waiting.until("the tier is gone", () -> store.get(made.key()).isEmpty());
      Waiting.until("the record is gone", () -> new UndoRecords(store).all().isEmpty());
    }
  }

  @Test
  void settingsAreMadeAndAChangeCountsAtOnce() throws Exception {
    int health = freePort();
    int metrics = freePort();
    scene.pool("p", "10.0.0.0/24", 29);
    scene.node("n1");
    scene.node("n2");
    scene.address("gone", "n2");
    try (RunningControllers running = start("a", view(), health)) {
      change("{\"node\":{\"hostEndpoint\":{\"autoCreate\":\"Enabled\"}}}", metrics);
      Waiting.until(
          "host endpoints are there", () -> store.list(ResourceKind.HOST_ENDPOINT).size() == 2);
      Waiting.until("metrics are told", () -> !pageOrNone(metrics, "/metrics").isEmpty());
      assertThat(page(metrics, "/metrics"))
          .startsWith("200 ")
          .contains("ipam_allocations_in_use{ippool=\"p\",node=\"n2\"} 1.0")
          .contains("ipam_blocks_per_node{node=\"n2\"} 1.0")
          .contains("ipam_ippool_size{ippool=\"p\"} 256.0")
          .contains("controllers_leading 1.0");
      assertThat(page(health, "/liveness")).startsWith("200 alive");
      Waiting.until("ready", () -> pageOrNone(health, "/readiness").startsWith("200 ready\nleads"));

      scene.nodeGoes("n2");
      Waiting.until("all of n2 is taken back", () -> scene.owners().isEmpty());
      Waiting.until(
          "its host endpoint is gone",
          () ->
              store.list(ResourceKind.HOST_ENDPOINT).stream()
                  .map(it -> it.metadata().name())
                  .toList()
                  .equals(List.of("n1-auto-hep")));
      assertThat(page(metrics, "/metrics"))
          .contains("ipam_allocations_gc_reclamations{ippool=\"p\",node=\"n2\"} 1.0");
      assertThat(settings().orElseThrow().status().toString())
          .contains("autoCreate=Enabled", "prometheusMetricsPort=" + metrics);
      assertThat(running.leads()).isTrue();

      change("{\"node\":{}}", 0);
      Waiting.until("nobody tells metrics", () -> pageOrNone(metrics, "/metrics").isEmpty());
      Waiting.until(
          "host endpoints are gone", () -> store.list(ResourceKind.HOST_ENDPOINT).isEmpty());
    }
    assertThat(pageOrNone(health, "/liveness")).isEmpty();
  }

  /// Who names the port asks it: a pod whose probes get no answer is started anew for ever.
  @Test
  void healthIsServedWhereItsPortIsNamed() throws Exception {
    int metrics = freePort();
    store.create(
        ResourceCodec.readStored(
            ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
            """
            {"metadata": {"name": "default"},
             "spec": {"healthChecks": "Disabled", "prometheusMetricsPort": %d, "controllers": {}}}
            """
                .formatted(metrics)));
    for (boolean isAsked : new boolean[] {true, false}) {
      int health = freePort();
      try (RunningControllers _ = start("a", view(), health, isAsked)) {
        Waiting.until("settings count", () -> !pageOrNone(metrics, "/metrics").isEmpty());
        assertThat(pageOrNone(health, "/liveness")).isEqualTo(isAsked ? "200 alive\n" : "");
      }
    }
  }

  @Test
  void theOtherGoesOnWhereOneEnds() throws Exception {
    int health = freePort();
    scene.pool("p", "10.0.0.0/24", 29);
    scene.node("n1");
    scene.node("n2");
    RunningControllers first = start("a", view(), 0);
    Waiting.until("the first leads", first::leads);
    try (RunningControllers second = start("b", view(), health)) {
      Waiting.until(
          "the second stands by",
          () -> pageOrNone(health, "/readiness").startsWith("200 ready\nstands by: a leads"));
      assertThat(second.leads()).isFalse();
      first.close();
      Waiting.until("the second leads", second::leads);
      scene.address("gone", "n2");
      scene.nodeGoes("n2");
      Waiting.until("all of n2 is taken back", () -> scene.held().isEmpty());
    }
  }

  /// Kubernetes removes the pods of a node that is gone a while later.
  @Test
  void podsOfANodeThatIsGoneKeepItsAddressesUntilTheyGo() throws Exception {
    scene.pool("p", "10.0.0.0/24", 29);
    scene.node("n1");
    scene.node("n2");
    scene.node("n3");
    scene.pod("web", "n2", scene.address("web", "n2"));
    scene.address("lost", "n2");
    scene.address("gone", "n3");
    try (RunningControllers _ = start("a", view(), 0)) {
      scene.nodeGoes("n2");
      Waiting.until("the rest is taken back", () -> scene.held().equals(List.of("gone", "web")));
      scene.podGoes("web", "n2");
      Waiting.until("all of it is", () -> scene.held().equals(List.of("gone")));
      Waiting.until("its claims end", () -> scene.owners().equals(List.of("n3")));
    }
  }

  @Test
  void aStoreThatIsAwayIsSaid() throws Exception {
    int health = freePort();
    try (RunningControllers running = start("a", view(), health)) {
      Waiting.until("ready", () -> pageOrNone(health, "/readiness").startsWith("200 ready\nleads"));
      store.goDown("no quorum");
      Waiting.until("it is said", () -> pageOrNone(health, "/readiness").startsWith("503 "));
      assertThat(page(health, "/readiness")).contains("no quorum");
      assertThat(page(health, "/liveness")).startsWith("200");
      Waiting.until("it leads no more", () -> !running.leads());
      store.comeBack();
      Waiting.until("it leads again", running::leads);
      Waiting.until("ready", () -> pageOrNone(health, "/readiness").startsWith("200 ready\nleads"));
    }
  }
}
