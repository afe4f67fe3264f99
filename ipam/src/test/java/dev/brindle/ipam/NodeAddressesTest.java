// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.ipam.block.Assignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeAddressesTest {

  private static final String NODE =
      """
      apiVersion: projectcalico.org/v3
      kind: Node
      metadata: {name: n1}
      spec:
        bgp: {ipv4Address: 192.0.2.1/24, ipv4IPIPTunnelAddr: 10.0.0.1}
        ipv4VXLANTunnelAddr: 10.0.0.2
        ipv6VXLANTunnelAddr: fd00::2
      ---
      apiVersion: projectcalico.org/v3
      kind: WorkloadEndpoint
      metadata: {name: n1-k8s-web-eth0, namespace: default}
      spec:
        {node: n1, orchestrator: k8s, pod: web, endpoint: eth0, interfaceName: cali1,
         ipNetworks: [10.0.0.3/32]}
      """;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                                    | address  | held by | is the node's
          its pod                                    | 10.0.0.3 | n1      | 10.0.0.3
          its pod, IPAM does not say whose           | 10.0.0.3 |         | 10.0.0.3
          an endpoint left behind, another's address | 10.0.0.3 | n2      |
          its ipip tunnel                            | 10.0.0.1 | n1      | 10.0.0.1
          its ipip tunnel, IPAM does not say whose   | 10.0.0.1 |         | 10.0.0.1
          its vxlan tunnel                           | 10.0.0.2 |         | 10.0.0.2
          its vxlan tunnel of IPv6                   | fd00::2  |         | fd00::2
          leaked by it, no endpoint                  | 10.0.0.9 | n1      | 10.0.0.9
          another's pod                              | 10.0.0.9 | n2      |
          nobody's                                   | 10.0.0.9 |         |
          """)
  void holds(String story, String address, @Nullable String holder, @Nullable String expected) {
    List<Resource> resources = ResourceCodec.read(NODE);
    Map<String, String> owner = holder == null ? Map.of() : Map.of("node", holder);
    var held =
        new Assignment(
            IpAddress.parse(address),
            new IpamBlock.Attribute("h", owner, Map.of(), Optional.empty()),
            1);
    assertThat(
            NodeAddresses.of(
                    (CalicoNode) resources.getFirst(),
                    List.of((WorkloadEndpoint) resources.getLast()),
                    List.of(held))
                .stream()
                .map(each -> each.address().toString())
                .collect(joining()))
        .isEqualTo(expected == null ? "" : expected);
  }
}
