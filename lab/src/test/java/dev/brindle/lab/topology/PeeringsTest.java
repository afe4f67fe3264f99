// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeeringsTest {

  @ParameterizedTest(name = "{0} nodes, router {1}, family {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 | none    | 4    | 0
          1 | brindle | 4    | 1
          3 | none    | 4    | 3
          3 | bird    | 4    | 6
          3 | bird    | 6    | 6
          3 | frr     | dual | 12
          5 | gobgp   | dual | 30
          """)
  void countsSessions(int nodes, String router, String family, int sessions) {
    assertThat(Peerings.sessions(topology(nodes, router, family, Encap.NONE))).isEqualTo(sessions);
  }

  @Test
  void oneNetworkHasOnePeerForAll() {
    assertThat(Peerings.yaml(topology(3, "bird", "4", Encap.NONE)))
        .isEqualTo(
            """
            apiVersion: projectcalico.org/v3
            kind: BGPPeer
            metadata:
              name: router-v4
            spec:
              peerIP: 172.18.1.254
              asNumber: 65001
            """);
  }

  @Test
  void eachNodePeersWithTheRouterOnItsOwnNetwork() {
    assertThat(Peerings.yaml(topology(2, "bird", "6", Encap.CROSS_SUBNET)))
        .contains("name: router-node1-v6\nspec:\n  node: node1\n  peerIP: fd18:1::fe\n")
        .contains("---\n")
        .contains("name: router-node2-v6\nspec:\n  node: node2\n  peerIP: fd18:2::fe\n");
  }

  private static Topology topology(int nodes, String router, String family, Encap encap) {
    return Topology.standard(
        new LabOptions(
            nodes,
            1,
            RouterKind.parse(router),
            StoreKind.EMBEDDED,
            FamilyChoice.parse(family),
            encap,
            Optional.empty(),
            List.of(),
            false,
            false));
  }
}
