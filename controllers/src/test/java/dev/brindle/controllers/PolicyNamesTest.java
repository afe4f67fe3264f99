// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.RecordingListener;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.linux.testing.Waiting;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A cluster whose policies an older Calico has stored, in a stand-in for its API server.
class PolicyNamesTest {

  private static final String POLICIES = "/apis/crd.projectcalico.org/v1/globalnetworkpolicies";

  private final ApiServer server = new ApiServer();
  private final Datastore store = KubernetesDatastore.open(Stores.settings(server));
  private final AtomicBoolean leads = new AtomicBoolean(true);
  private final Cluster cluster = new Cluster(store, Optional.empty());
  private final Datastore fenced = new FencedDatastore(store, leads::get);
  private final PolicyNames names = new PolicyNames(cluster, fenced, fenced);

  @BeforeEach
  void begin() {
    server.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\"},\"spec\":{}}");
    policy("default.a");
    policy("default.b");
    Waiting.until("all is known", () -> cluster.obstacles().isEmpty());
  }

  @AfterEach
  void end() {
    cluster.close();
    store.close();
    server.close();
  }

  private void policy(String name) {
    server.create(
        POLICIES,
        "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"selector\":\"all()\"}}".formatted(name));
  }

  private void lock(boolean isReady) {
    server.create(
        "/apis/crd.projectcalico.org/v1/clusterinformations",
        "{\"metadata\":{\"name\":\"default\"},\"spec\":{\"datastoreReady\":%b}}"
            .formatted(isReady));
    Waiting.until("it is known", () -> cluster.obstacles().isEmpty() == isReady);
  }

  /// What a node of ours hears all the while: no policy ends.
  @Test
  void policiesGetTheNamesOfTodayAndStayInForce() throws Exception {
    var heard = new RecordingListener();
    try (Feed _ = store.feed(List.of(ResourceKind.GLOBAL_NETWORK_POLICY), heard)) {
      heard.awaitInSync();

      assertThat(names.move(true)).isEmpty();

      assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("a", "b");
      assertThat(names.moved()).isEqualTo(2);
      policy("last");
      heard.await("+GlobalNetworkPolicy(last)");
      assertThat(heard.log()).noneMatch(line -> line.startsWith("-"));
    }
  }

  @Test
  void onceIsEnoughUntilItIsAskedForAnew() {
    assertThat(names.move(true)).isEmpty();
    policy("default.c");

    names.move(true);
    assertThat(server.names(POLICIES)).contains("default.c");
    names.move(false);
    assertThat(server.names(POLICIES)).contains("default.c");
    names.move(true);
    assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(names.moved()).isEqualTo(3);
  }

  @Test
  void nothingIsMovedWhereNobodyAsksForIt() {
    assertThat(names.move(false)).isEmpty();
    assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("default.a", "default.b");
  }

  /// An older one takes the end of `default.a` for the end of the policy.
  @Test
  void nothingIsMovedWhileNodesOfCalicoRun() {
    for (String pod : List.of("one", "two", "three")) {
      server.create(
          "/api/v1/pods",
          """
              {"metadata": {"name": "calico-node-%s", "namespace": "kube-system",
               "labels": {"k8s-app": "calico-node"}}, "spec": {"nodeName": "n1", "hostNetwork": true}}
              """
              .formatted(pod));
    }

    assertThat(names.move(true).getFirst())
        .contains("while nodes of Calico's run", "kube-system/calico-node-one and 2 others");

    assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("default.a", "default.b");
    for (String pod : List.of("one", "two", "three")) {
      server.remove("/api/v1/pods", "kube-system/calico-node-" + pod);
    }
    assertThat(names.move(true)).isEmpty();
    assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void nothingIsMovedWhileTheStoreIsLocked() {
    lock(false);

    assertThat(names.move(true)).containsExactly("the store is locked (datastoreReady is false)");

    assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("default.a", "default.b");
  }

  /// Each policy is a step of its own: what a lock finds undone is done when that has gone.
  @Test
  void aLockHoldsUpWhatIsLeft() {
    server.beforeWrites(
        count -> {
          if (count == 1) {
            lock(false);
          }
        });

    assertThatThrownBy(() -> names.move(true))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("the store is locked");

    assertThat(server.names(POLICIES)).hasSize(2).contains("default.b");
  }

  @Test
  void whoLeadsNoLongerMovesNoMore() {
    server.beforeWrites(_ -> leads.set(false));

    assertThatThrownBy(() -> names.move(true))
        .isInstanceOf(DatastoreException.class)
        .hasMessageContaining("not the leader any more");

    assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("a", "default.b");
  }

  /// Killed between the new one and the end of the old one: the next one goes on.
  @Test
  void whatWasBegunIsEnded() {
    policy("a");

    assertThat(names.move(true)).isEmpty();

    assertThat(server.names(POLICIES)).containsExactlyInAnyOrder("a", "b");
  }
}
