// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.RecordingListener;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.podcidr.PodCidrDatastore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Networks of Kubernetes' own Nodes as blocks, by its own API server.
class PodCidrClusterTest {

  @TempDir private static Path directory;

  @Test
  void nodesNetworksAreTheirBlocks() throws Exception {
    try (KubernetesServer server = KubernetesServer.start(directory, 1)) {
      server.define("crds.yaml");
      node(server, "n1", "10.9.1.0/24");
      try (Datastore store =
          new PodCidrDatastore(
              KubernetesDatastore.open(
                  KubernetesServerTest.settings(
                      server, 0, KubernetesServer.USER, CalicoGroup.CRD)))) {
        assertThat(names(store)).containsExactly("n1-10-9-1-0-24");
        CalicoNode node =
            (CalicoNode) store.get(ResourceKey.of(ResourceKind.NODE, "n1")).orElseThrow();
        assertThat(node.spec().bgp().flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr))
            .contains(IpAddress.parse("10.9.1.1"));
        assertThat(store.update(node)).isInstanceOf(WriteResult.Written.class);

        var heard = new RecordingListener();
        try (var _ = store.feed(List.of(ResourceKind.BLOCK_AFFINITY), heard)) {
          heard.awaitInSync();
          node(server, "n2", "10.9.2.0/24");
          heard.await("+BlockAffinity(n2-10-9-2-0-24)");
          server.kubectl("delete", "node", "n2");
          heard.await("-BlockAffinity(n2-10-9-2-0-24)");
          assertThat(heard.log())
              .containsExactly(
                  "+BlockAffinity(n1-10-9-1-0-24)",
                  "in sync",
                  "+BlockAffinity(n2-10-9-2-0-24)",
                  "-BlockAffinity(n2-10-9-2-0-24)");
        }
        assertThatThrownBy(
                () -> store.delete(ResourceKey.of(ResourceKind.BLOCK_AFFINITY, "n1-10-9-1-0-24")))
            .isInstanceOf(DatastoreException.class)
            .hasMessageContaining("with usePodCIDR");
      }
    }
  }

  private static List<String> names(Datastore store) {
    return store.list(ResourceKind.BLOCK_AFFINITY).stream()
        .map(each -> each.metadata().name())
        .toList();
  }

  private static void node(KubernetesServer server, String name, String cidr) throws Exception {
    Path file = Files.createTempFile(directory, "node", ".yaml");
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Node
        metadata: {name: %s}
        spec: {podCIDR: %s, podCIDRs: [%s]}
        """
            .formatted(name, cidr, cidr));
    server.kubectl("apply", "-f", file.toString());
  }
}
