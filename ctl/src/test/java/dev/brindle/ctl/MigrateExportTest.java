// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `datastore migrate export`: three parts, and the names that Kubernetes has for nodes.
final class MigrateExportTest {

  private final Console console = new Console();

  private void cluster() {
    console.apply(
        "kind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.0.0.0/26}\n",
        """
        kind: Node
        metadata: {name: n1}
        spec: {orchRefs: [{orchestrator: k8s, nodeName: kube-1}]}
        """,
        "kind: FelixConfiguration\nmetadata: {name: node.n1}\nspec: {vxlanVNI: 1}\n",
        "kind: NetworkSet\nmetadata: {name: s, namespace: prod}\n");
    console
        .store()
        .create(
            ResourceCodec.readStored(
                ResourceKind.NETWORK_POLICY,
                "{\"metadata\": {\"name\": \"knp.default.x\", \"namespace\": \"ns\"}, \"spec\": {}}"));
    new Allocator(console.store())
        .autoAssign(
            AssignRequest.forWorkload(
                1, 0, "vxlan-tunnel-addr-n1", Map.of("node", "n1", "type", "x"), "n1"));
  }

  @Test
  void threePartsWithKubernetesNamesOfNodes() {
    cluster();
    assertThat(console.run("", "datastore", "migrate", "export")).isEqualTo(1);
    assertThat(console.err())
        .isEqualTo(
            "datastore is not locked. Run the `calicoctl datastore migrate lock` command in order"
                + " to begin migration\n");
    console.run("", "datastore", "migrate", "lock");

    assertThat(console.run("", "datastore", "migrate", "export")).as(console.err()).isZero();

    String[] parts = console.out().split("===\n", -1);
    assertThat(parts).hasSize(3);
    assertThat(parts[0])
        .startsWith("apiVersion: projectcalico.org/v3\nitems:\n- apiVersion")
        .contains(
            "kind: IPPoolList\n", "name: kube-1\n", "name: node.kube-1\n", "namespace: prod\n")
        .contains("kind: BGPFilterList\n")
        .doesNotContain("uid:", "resourceVersion:", "creationTimestamp:", "knp.default", "name: n1")
        .endsWith("---\n");
    assertThat(parts[0].lines().filter(line -> line.equals("---"))).hasSize(17);
    assertThat(parts[1]).startsWith("{\n  \"kind\": \"ClusterInformation\"");
    assertThat(parts[2])
        .contains(
            "\"Key\" : \"/calico/ipam/v2/host/kube-1/ipv4/block/10.0.0.0-26\"",
            "\"affinity\" : \"host:kube-1\"",
            "\"handle_id\" : \"vxlan-tunnel-addr-kube-1\"",
            "\"node\" : \"kube-1\"",
            "\"Key\" : \"/calico/ipam/v2/handle/vxlan-tunnel-addr-kube-1\"",
            "\"TTL\" : 0")
        .doesNotContain("\"config\"", "n1\"");
  }

  @Test
  void aNodeThatKubernetesDoesNotKnowIsNamed() {
    console.apply("kind: Node\nmetadata: {name: n9}\n");
    console.run("", "datastore", "migrate", "lock");

    assertThat(console.run("", "datastore", "migrate", "export")).isEqualTo(1);

    assertThat(console.err()).startsWith("node n9 missing a 'k8s' orchestrator reference.");
  }
}
