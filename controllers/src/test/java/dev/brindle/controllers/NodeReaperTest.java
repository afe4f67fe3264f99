// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.linux.testing.Waiting;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calico's nodes in one store, Kubernetes' in another.
class NodeReaperTest {

  private final Datastore calico = new MemoryDatastore();
  private final Datastore real = new MemoryDatastore();
  private final MeddledDatastore kubernetes = new MeddledDatastore(real);
  private final Scene scene = new Scene(calico, real);
  private final Cluster cluster = new Cluster(calico, Optional.of(kubernetes));
  private final NodeReaper reaper = new NodeReaper(cluster, calico, new Allocator(calico));

  @AfterEach
  void end() {
    cluster.close();
    calico.close();
    real.close();
  }

  private void settle() {
    Waiting.until(
        "all is known",
        () ->
            new HashSet<>(cluster.nodes()).equals(new HashSet<>(calico.list(ResourceKind.NODE)))
                && new HashSet<>(cluster.kubernetesNodes())
                    .equals(new HashSet<>(real.list(ResourceKind.NODE))));
  }

  private void store(String yaml) {
    ResourceCodec.read(yaml).forEach(resource -> Scene.written(calico.create(resource)));
  }

  private List<String> names(ResourceKind kind) {
    return calico.list(kind).stream().map(it -> it.metadata().name()).toList();
  }

  @Test
  void aNodeThatIsGoneGoesWithAllItHeld() {
    scene.pool("p", "10.0.0.0/24", 29);
    scene.node("n1");
    scene.node("n2");
    scene.address("a", "n1");
    scene.address("b", "n2");
    store(
        """
        apiVersion: projectcalico.org/v3
        kind: Node
        metadata: {name: router}
        spec: {}
        ---
        apiVersion: projectcalico.org/v3
        kind: BGPPeer
        metadata: {name: p2}
        spec: {node: n2, peerIP: 192.0.2.9, asNumber: 64512}
        ---
        apiVersion: projectcalico.org/v3
        kind: BGPPeer
        metadata: {name: p1}
        spec: {node: n1, peerIP: 192.0.2.9, asNumber: 64512}
        ---
        apiVersion: projectcalico.org/v3
        kind: HostEndpoint
        metadata: {name: h2}
        spec: {node: n2, interfaceName: eth0}
        ---
        apiVersion: projectcalico.org/v3
        kind: FelixConfiguration
        metadata: {name: node.n2}
        """);
    scene.nodeGoes("n2");
    settle();

    assertThat(reaper.reap()).isEmpty();

    assertThat(names(ResourceKind.NODE)).containsExactly("n1", "router");
    assertThat(scene.held()).containsExactly("a");
    assertThat(scene.owners()).containsExactly("n1");
    assertThat(names(ResourceKind.BGP_PEER)).containsExactly("p1");
    assertThat(names(ResourceKind.HOST_ENDPOINT)).isEmpty();
    assertThat(names(ResourceKind.FELIX_CONFIGURATION)).isEmpty();
    settle();
    assertThat(reaper.reap()).isEmpty();
  }

  @Test
  void aNodeThatComesBackWhileItIsLookedAtStays() {
    scene.node("n1");
    scene.node("n2");
    scene.nodeGoes("n2");
    settle();
    kubernetes.beforeRead(ResourceKind.NODE, () -> scene.node("n2"));

    assertThat(reaper.reap()).isEmpty();

    assertThat(names(ResourceKind.NODE)).containsExactly("n1", "n2");
    assertThat(kubernetes.isDone()).isTrue();
  }

  @Test
  void labelsFollow() {
    scene.node("n1");
    Resource there = real.get(ResourceKey.of(ResourceKind.NODE, "n1")).orElseThrow();
    Scene.written(
        real.update(
            there.withMetadata(
                there
                    .metadata()
                    .withAnnotations(
                        Map.of("projectcalico.org/kube-labels", "{\"zone\":\"a\"}")))));
    settle();

    assertThat(reaper.syncLabels()).isEmpty();

    CalicoNode node =
        (CalicoNode) calico.get(ResourceKey.of(ResourceKind.NODE, "n1")).orElseThrow();
    assertThat(node.metadata().labels()).isEqualTo(Map.of("zone", "a"));
    settle();
    assertThat(reaper.syncLabels()).isEmpty();
    assertThat(calico.get(node.key())).as("written once").contains(node);
  }
}
