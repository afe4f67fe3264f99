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

  /// In the order of its families, also when the second pool comes later.
  @Test
  void aServiceOfTwoFamiliesHasAnAddressOfEach() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.1/32", 32);
      String both =
          ServiceScene.BALANCER
              .replace("[\"IPv4\"]", "[\"IPv6\",\"IPv4\"]")
              .replace("SingleStack", "PreferDualStack");
      at.server.create(ServiceScene.SERVICES, ServiceScene.text("web", "{}", both, "{}"));
      at.await("one is there", () -> at.shown("web").equals(List.of("192.0.2.1")));
      at.await("which is all it can have", () -> at.sync.notes().isEmpty());

      at.pool("six", "2001:db8::1/128", 128);
      at.await("both are there", () -> at.shown("web").equals(List.of("2001:db8::1", "192.0.2.1")));
      assertThat(at.addresses()).containsExactlyInAnyOrder("2001:db8::1", "192.0.2.1");
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

  /// Whoever leads may lose that before any write; the next one goes on from there. No status ever
  /// names what its service has not.
  @ParameterizedTest
  @EnumSource(
      value = Stores.Kind.class,
      names = {"KUBERNETES", "MEMORY"})
  void theNextLeaderGoesOnWhereTheLastOneWasStopped(Stores.Kind kind) {
    boolean isCut = true;
    for (int writes = 0; isCut; writes++) {
      try (var at = ServiceScene.of(kind, directory)) {
        at.pool("public", "192.0.2.0/28", 28);
        at.service("web");
        isCut = !at.isDoneWithin(writes);
        assertThat(at.addresses()).containsAll(at.shown("web"));
        at.await("it is shown", () -> at.shown("web").size() == 1);
        assertThat(at.addresses()).isEqualTo(at.shown("web"));

        at.touch("web", "{\"projectcalico.org/loadBalancerIPs\":\"[\\\"192.0.2.9\\\"]\"}");
        isCut |= !at.isDoneWithin(writes);
        assertThat(at.addresses()).containsAll(at.shown("web"));
        assertThat(at.shown("web")).hasSize(1);
        at.await("the other is shown", () -> at.shown("web").equals(List.of("192.0.2.9")));
        at.await("and is all", () -> at.addresses().equals(List.of("192.0.2.9")));

        at.server.remove(ServiceScene.SERVICES, "shop/web");
        boolean isDone = at.isDoneWithin(writes);
        at.await("nothing is held", () -> at.addresses().isEmpty());
        if (isDone) { // else IPAM may be left with a handle of nothing, of which its check tells
          assertThat(new Scene(at.calico, at.calico).handles()).isEmpty();
        }
        isCut |= !isDone;
      }
    }
  }

  @Test
  void whileKubernetesIsAwayNothingIsLostAndThenItGoesOn() {
    try (var at = ServiceScene.of(Stores.Kind.MEMORY, directory)) {
      at.service("web");
      at.await("it is heard of", () -> at.sync.counts().equals(new ServiceSync.Counts(0, 0)));
      at.server.unreachable(true);
      at.pool("public", "192.0.2.0/28", 28);
      Waiting.until(
          "an address is kept for it",
          () -> {
            assertThat(at.sync.sync(false)).isEmpty();
            return at.sync.notes().size() == 1 && at.addresses().size() == 1;
          });
      List<String> kept = at.addresses();
      assertThat(at.shown("web")).isEmpty();

      at.server.unreachable(false);
      at.await("it is shown", () -> at.shown("web").equals(kept));
      assertThat(at.addresses()).isEqualTo(kept);
      at.await("all is well", () -> at.sync.notes().isEmpty());
    }
  }

  /// Here each has the right to it until the others do.
  @Test
  void whoMayNotBeWrittenDoesNotHoldUpTheOthers() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      at.meddled.refuseServices(name -> name.startsWith("bad"));
      List<String> bad = List.of("bad1", "bad2", "bad3", "bad4");
      bad.forEach(at::service);
      at.service("good");
      Waiting.until(
          "the good one is served",
          () -> {
            at.attempt();
            return at.shown("good").size() == 1;
          });
      assertThat(bad).allMatch(name -> at.shown(name).isEmpty());

      at.meddled.refuseServices(_ -> false);
      at.await("all are", () -> bad.stream().allMatch(name -> at.shown(name).size() == 1));
      assertThat(at.addresses()).hasSize(5).doesNotHaveDuplicates();
    }
  }

  @Test
  void whoMayWriteNoStatusSaysSoOfEachAndGoesOnWhenHeMay() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.0/28", 28);
      at.server.forbid("patch services/status");
      List<String> names = List.of("a", "b", "c", "d");
      names.forEach(at::service);
      at.await("it is said of each", () -> at.sync.notes().size() == 4);
      assertThat(at.sync.notes())
          .allMatch(note -> note.contains("resources [\"services/status\"]"), "what it needs");

      at.server.allow("patch services/status");
      at.await("all are served", () -> names.stream().allMatch(it -> at.shown(it).size() == 1));
      assertThat(at.addresses()).hasSize(4);
    }
  }

  /// As when MetalLB's controller is replaced: what is in use already is nobody else's.
  @Test
  void whatAStatusNamesIsNotGivenToWhoComesFirstByName() {
    try (var at = ServiceScene.of(Stores.Kind.KUBERNETES, directory)) {
      at.pool("public", "192.0.2.0/30", 30);
      at.service("a");
      String asks = "{\"projectcalico.org/loadBalancerIPs\":\"[\\\"192.0.2.0\\\"]\"}";
      at.server.create(
          ServiceScene.SERVICES, ServiceScene.text("b", asks, ServiceScene.BALANCER, "{}"));
      for (int last = 1; last < 4; last++) {
        String shown = "{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.%d\"}]}}".formatted(last);
        at.server.create(
            ServiceScene.SERVICES,
            ServiceScene.text("was" + last, "{}", ServiceScene.BALANCER, shown));
      }

      at.await("all is given out", () -> at.addresses().size() == 4);
      at.await("one waits", () -> at.sync.counts().equals(new ServiceSync.Counts(5, 1)));
      assertThat(at.shown("a")).isEmpty();
      assertThat(at.shown("b")).containsExactly("192.0.2.0");
      for (int last = 1; last < 4; last++) {
        assertThat(at.shown("was" + last)).containsExactly("192.0.2." + last);
      }
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
              0,
              false);
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
