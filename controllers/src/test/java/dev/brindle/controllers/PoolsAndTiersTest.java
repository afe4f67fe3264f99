// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.linux.testing.Waiting;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Pools and tiers as Calico's native custom resources, which Kubernetes keeps for as long as they
/// have finalizers.
class PoolsAndTiersTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  private final ApiServer server = server();
  private final Datastore store = KubernetesDatastore.open(Stores.settings(server));
  private final Scene scene = new Scene(store, store);
  private final Allocator allocator = new Allocator(store);
  private final Cluster cluster = new Cluster(store, Optional.empty());
  private final PoolSync pools = new PoolSync(cluster, store, allocator, CLOCK);
  private final TierSync tiers = new TierSync(cluster, store, CLOCK);

  private static ApiServer server() {
    var server = new ApiServer();
    server.serveNative();
    server.keepApart("ippools", "tiers");
    server.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\"}}");
    return server;
  }

  @AfterEach
  void end() {
    cluster.close();
    store.close();
    server.close();
  }

  private List<String> round(PoolSync sync) {
    settle();
    return sync.sync();
  }

  private List<String> round(TierSync sync) {
    settle();
    return sync.sync();
  }

  /// What was heard is what there is.
  private void settle() {
    Waiting.until(
        "all is known",
        () ->
            cluster.obstacles().isEmpty()
                && Set.copyOf(cluster.pools()).equals(Set.copyOf(store.list(ResourceKind.IP_POOL)))
                && Set.copyOf(cluster.tiers()).equals(Set.copyOf(store.list(ResourceKind.TIER))));
  }

  private Optional<IpPool> pool(String name) {
    return store.get(ResourceKey.of(ResourceKind.IP_POOL, name)).map(IpPool.class::cast);
  }

  private String condition(String name) {
    return pool(name).orElseThrow().status().toString();
  }

  private void remove(ResourceKind kind, String name) {
    Scene.written(store.delete(ResourceKey.of(kind, name)));
  }

  private void store(String yaml) {
    for (Resource resource : ResourceCodec.read(yaml)) {
      Scene.written(store.create(resource));
    }
  }

  @Test
  void addressesComeFromOneOfTwoPoolsThatOverlap() {
    scene.pool("a", "10.0.0.0/24", 29);
    assertThat(round(pools)).isEmpty();
    scene.pool("b", "10.0.0.0/16", 26);
    assertThat(round(pools)).isEmpty();

    assertThat(condition("a")).contains("status=True", "reason=OK");
    assertThat(condition("b")).contains("status=False", "reason=CIDROverlap", "pool a");
    assertThat(pool("b").orElseThrow().isAllocatable()).isFalse();

    remove(ResourceKind.IP_POOL, "a");
    round(pools);
    round(pools);
    assertThat(pool("a")).isEmpty();
    assertThat(condition("b")).contains("status=True");
    // nothing is written where nothing has changed
    String before = pool("b").orElseThrow().metadata().resourceVersion();
    round(pools);
    assertThat(pool("b").orElseThrow().metadata().resourceVersion()).isEqualTo(before);
  }

  @Test
  void aPoolStaysUntilItsAddressesAreFree() {
    scene.pool("a", "10.0.0.0/24", 29);
    round(pools);
    scene.address("p1", "n1");

    remove(ResourceKind.IP_POOL, "a");

    round(pools);
    assertThat(pool("a").orElseThrow().metadata().isLeaving()).isTrue();
    assertThat(round(pools)).isEmpty();
    assertThat(condition("a")).contains("reason=Terminating");
    assertThat(store.list(ResourceKind.BLOCK_AFFINITY)).isEmpty();
    AssignRequest request = AssignRequest.forWorkload(1, 0, "p2", Map.of(), "n1");
    assertThat(allocator.autoAssign(request).addresses()).isEmpty();

    scene.release("p1");
    assertThat(store.list(ResourceKind.IPAM_BLOCK)).isEmpty();
    round(pools);
    assertThat(pool("a")).isEmpty();
  }

  @Test
  void aPoolThatIsNotInUseIsNotHeld() {
    store(
        """
        apiVersion: projectcalico.org/v3
        kind: IPPool
        metadata: {name: a}
        spec: {cidr: 10.0.0.0/24, disabled: true}
        """);
    round(pools);
    assertThat(condition("a")).contains("reason=PoolDisabled");

    remove(ResourceKind.IP_POOL, "a");
    assertThat(pool("a")).isEmpty();
  }

  @Test
  void aTierStaysUntilItsPoliciesHaveGone() {
    store(
        """
        apiVersion: projectcalico.org/v3
        kind: Tier
        metadata: {name: security}
        spec: {order: 5}
        ---
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: security.one}
        spec: {tier: security}
        ---
        apiVersion: projectcalico.org/v3
        kind: GlobalNetworkPolicy
        metadata: {name: other}
        spec: {}
        """);
    assertThat(round(tiers)).isEmpty();
    remove(ResourceKind.TIER, "security");

    assertThat(round(tiers))
        .containsExactly("Tier(security) is being removed and waits for 1 GlobalNetworkPolicy");
    var tier = (Tier) store.get(ResourceKey.of(ResourceKind.TIER, "security")).orElseThrow();
    assertThat(tier.status().toString())
        .contains("type=Ready", "status=False", "reason=Terminating", "1 GlobalNetworkPolicy");

    remove(ResourceKind.GLOBAL_NETWORK_POLICY, "security.one");
    assertThat(round(tiers)).isEmpty();
    assertThat(store.get(ResourceKey.of(ResourceKind.TIER, "security"))).isEmpty();
  }

  @Test
  void theTiersOfEveryClusterAreMadeInEveryStore() {
    round(tiers);
    assertThat(names(store)).containsExactlyInAnyOrder("default", "kube-admin", "kube-baseline");
    try (var memory = new MemoryDatastore();
        var there = new Cluster(memory, Optional.empty())) {
      new Scene(memory, memory).node("n1");
      Waiting.until("all is known", () -> there.obstacles().isEmpty());
      assertThat(new TierSync(there, memory, CLOCK).sync()).isEmpty();
      assertThat(names(memory)).containsExactlyInAnyOrder("default", "kube-admin", "kube-baseline");
      assertThat(new PoolSync(there, memory, new Allocator(memory), CLOCK).sync()).isEmpty();
    }
  }

  private static Set<String> names(Datastore store) {
    return store.list(ResourceKind.TIER).stream()
        .map(tier -> tier.metadata().name())
        .collect(Collectors.toSet());
  }
}
