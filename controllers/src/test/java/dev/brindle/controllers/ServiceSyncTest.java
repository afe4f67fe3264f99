// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.controllers.election.ElectionTerms;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Services get addresses out of pools, wherever these are stored.
class ServiceSyncTest {

  private static final ElectionTerms QUICK =
      new ElectionTerms(Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofMillis(50));

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Stores.Kind.class,
      names = {"KUBERNETES", "MEMORY", "ETCD"})
  void aServiceHasItsAddressForAsLongAsItIsThere(Stores.Kind kind) {
    try (var at = ServiceScene.of(kind, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      at.service("web");

      at.await("it is shown", () -> at.shown("web").size() == 1);
      assertThat(at.shown("web").getFirst()).startsWith("192.0.2.");
      assertThat(at.held()).hasSize(1).first().asString().startsWith("lb-");
      assertThat(at.owners()).containsExactly("virtual:load-balancer");
      assertThat(at.notes())
          .containsEntry("service", "web")
          .containsEntry("namespace", "shop")
          .containsEntry("type", "LoadBalancer")
          .containsKey("timestamp");
      at.await("one is served", () -> at.sync.counts().equals(new ServiceSync.Counts(1, 0)));
      assertThat(at.sync.notes()).isEmpty();
      assertThat(at.events()).isEmpty();

      at.server.remove(ServiceScene.SERVICES, "shop/web");
      at.await("nothing is held", () -> at.held().isEmpty());
      assertThat(new Scene(at.calico, at.calico).handles()).isEmpty();
    }
  }

  @Test
  void anAddressIsChangedWhenAnotherIsAskedFor() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      at.service("web");
      at.await("it is shown", () -> at.shown("web").size() == 1);

      at.touch("web", "{\"projectcalico.org/loadBalancerIPs\":\"[\\\"192.0.2.9\\\"]\"}");
      at.await("the new one is shown", () -> at.shown("web").equals(List.of("192.0.2.9")));
      at.await("the old one is free", () -> at.held().size() == 1);
    }
  }

  /// What cannot be had leaves the service what it has.
  @Test
  void whatCannotBeHadIsSaidAndNothingIsLost() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      at.service("web");
      at.await("it is shown", () -> at.shown("web").size() == 1);
      List<String> before = at.shown("web");

      at.touch("web", "{\"projectcalico.org/loadBalancerIPs\":\"[\\\"203.0.113.1\\\"]\"}");
      at.await("it is said", () -> at.sync.notes().size() == 1);
      assertThat(at.sync.notes().getFirst())
          .startsWith("service shop/web: ")
          .contains("203.0.113.1", "not in a configured pool");
      assertThat(at.events()).hasSize(1).first().asString().startsWith("web AddressNotAssigned: ");
      assertThat(at.shown("web")).isEqualTo(before);
      assertThat(at.sync.counts()).isEqualTo(new ServiceSync.Counts(1, 1));

      at.await("it is not said again", () -> at.events().size() == 1);
      at.ticks.addAndGet(Duration.ofMinutes(31).toNanos());
      at.await("but after a while", () -> at.events().size() == 2);

      at.touch("web", "{\"projectcalico.org/ipv4pools\":\"public\"}");
      at.await(
          "it is said what was expected",
          () -> at.sync.notes().stream().anyMatch(note -> note.contains("expected a JSON list")));
      assertThat(at.shown("web")).isEqualTo(before);

      at.touch("web", "{}");
      at.await("all is well", () -> at.sync.notes().isEmpty());
      assertThat(at.shown("web")).isEqualTo(before);
    }
  }

  @Test
  void whoMayMakeNoEventsServesAllTheSame() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.1/32", 32);
      at.server.forbid("create events");
      for (String name : List.of("a", "b", "c", "d", "e")) {
        at.nonsense(name);
      }
      at.service("web");
      at.await("it is shown", () -> at.shown("web").size() == 1);
      assertThat(at.sync.notes()).hasSize(5).allMatch(note -> note.contains("forbidden"));
      assertThat(at.sync.counts()).isEqualTo(new ServiceSync.Counts(6, 5));
    }
  }

  @Test
  void whoWaitsGetsWhatAnotherGivesBack() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.1/32", 32);
      at.service("one");
      at.await("it is shown", () -> at.shown("one").size() == 1);
      at.service("two");
      at.await("the other waits", () -> at.sync.notes().size() == 1);
      assertThat(at.sync.notes().getFirst()).startsWith("service shop/two: ").contains("is full");
      assertThat(at.shown("two")).isEmpty();

      at.server.remove(ServiceScene.SERVICES, "shop/one");
      at.await("it has it", () -> at.shown("two").equals(List.of("192.0.2.1")));
      at.await("and that is all", () -> at.sync.notes().isEmpty());
    }
  }

  @Test
  void whatOthersServeIsLeftAlone() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      String others = "{\"loadBalancer\":{\"ingress\":[{\"hostname\":\"lb.example\"}]}}";
      at.server.create(
          ServiceScene.SERVICES, ServiceScene.text("cloud", "{}", ServiceScene.BALANCER, others));
      at.server.create(
          ServiceScene.SERVICES,
          ServiceScene.text(
              "metal",
              "{}",
              ServiceScene.BALANCER.replace(
                  "\"type\"", "\"loadBalancerClass\":\"metallb\",\"type\""),
              "{}"));
      at.service("ours");
      JsonNode cloud = at.server.stored(ServiceScene.SERVICES, "shop/cloud");
      JsonNode metal = at.server.stored(ServiceScene.SERVICES, "shop/metal");

      at.await("ours is shown", () -> at.shown("ours").size() == 1);
      assertThat(at.server.stored(ServiceScene.SERVICES, "shop/cloud")).isEqualTo(cloud);
      assertThat(at.server.stored(ServiceScene.SERVICES, "shop/metal")).isEqualTo(metal);
      assertThat(at.held()).hasSize(1);
    }
  }

  /// Another program's controllers were ended between two steps.
  @Test
  void whatIsHeldAndNotShownIsShownAndWhatNobodyHasIsFreed() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      var allocator = new Allocator(at.calico);
      allocator.autoAssign(
          new AssignRequest(
              1,
              0,
              "lb-gone",
              Map.of("service", "gone", "namespace", "shop"),
              "load-balancer",
              List.of(),
              IpPool.AllowedUse.LOAD_BALANCER,
              Map.of(),
              0));
      String shown = "{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.7\"}]}}";
      at.server.create(
          ServiceScene.SERVICES, ServiceScene.text("web", "{}", ServiceScene.BALANCER, shown));

      at.await("one is held", () -> at.held().size() == 1 && !at.held().contains("lb-gone"));
      assertThat(at.shown("web")).containsExactly("192.0.2.7");
    }
  }

  /// As the program does it, while the settings want it.
  @Test
  void theControllersDoItWhereTheyAreToldTo() {
    try (var at = ServiceScene.of(Stores.Kind.MEMORY, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      var settings =
          new ControllersSettings(
              DatastoreSettings.embedded(Path.of("none")),
              Optional.empty(),
              "kube-system",
              "brindle-controllers",
              "a",
              0);
      at.service("web");
      try (var _ =
          new RunningControllers(
              settings,
              Map.of("ENABLED_CONTROLLERS", "loadbalancer"),
              new MeddledDatastore(at.calico),
              Optional.of(KubernetesDatastore.openBeside(Stores.settings(at.server))),
              QUICK,
              Duration.ofMillis(10))) {
        Waiting.until("it is shown", () -> at.shown("web").size() == 1);
      }
    }
  }
}
