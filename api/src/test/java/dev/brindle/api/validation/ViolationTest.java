// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What people read of a violation, as calicoctl begins it.
class ViolationTest {

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BGP_PEER            | spec.peerIP                              | PeerIP
          BGP_PEER            | spec.node                                | Node
          BGP_PEER            | spec.asNumber                            | ASNumber
          BGP_PEER            | spec.localASNumber                       | LocalASNumber
          BGP_PEER            | spec.ttlSecurity                         | TTLSecurity
          HOST_ENDPOINT       | spec.interfaceName                       | InterfaceName
          PROFILE             | spec.ingress[0].icmp.type                | Type
          GLOBAL_NETWORK_POLICY | spec.ingress[0]                        | Ingress[0]
          GLOBAL_NETWORK_POLICY | spec.ingress[0].ipVersion              | IPVersion
          GLOBAL_NETWORK_POLICY | spec.ingress[0].notICMP                | NotICMP
          GLOBAL_NETWORK_POLICY | spec.egress[3].source.ports[1]         | Port
          GLOBAL_NETWORK_POLICY | spec.egress[3].source.notPorts[10]     | Port
          GLOBAL_NETWORK_POLICY | spec.egress[3].source.ports            | Ports
          GLOBAL_NETWORK_POLICY | spec.egress[3].metadata.annotations    | Metadata.Annotations
          GLOBAL_NETWORK_SET  | spec.nets[1]                             | Nets[1]
          HOST_ENDPOINT       | spec.ports[0].port                       | Port
          IP_POOL             | spec.cidr                                | IPPool.Spec.CIDR
          IP_POOL             | items[2].spec.cidr                       | IPPool.Spec.CIDR
          IP_POOL             | spec.ipipMode                            | IPIPMode
          IP_POOL             | spec.natOutgoing                         | NATOutgoing
          IP_POOL             | metadata.name                            | Metadata.Name
          IP_POOL             | metadata.labels[a.b/c]                   | Metadata.Labels[a.b/c]
          PROFILE             | spec.labelsToApply[a.b/c]                | LabelsToApply[a.b/c]
          IP_POOL             | metadata.labels[a]]                      | Metadata.labels[a]]
          IP_POOL             | spec                                     | spec
          BGP_FILTER          | spec.importV4[0].cidr                    | CIDR
          NODE                | spec.bgp.ipv4Address                     | IPv4Address
          NODE                | spec.bgp.ipv4IPIPTunnelAddr              | IPv4IPIPTunnelAddr
          NODE                | spec.wireguard.interfaceIPv6Address      | InterfaceIPv6Address
          FELIX_CONFIGURATION | spec.bpfEnabled                          | BPFEnabled
          FELIX_CONFIGURATION | spec.iptablesRefreshInterval             | IptablesRefreshInterval
          FELIX_CONFIGURATION | spec.mtuIfacePattern                     | MTUIfacePattern
          FELIX_CONFIGURATION | spec.externalNodesList                   | ExternalNodesCIDRList
          FELIX_CONFIGURATION | spec.nftablesMode                        | NFTablesMode
          BGP_CONFIGURATION   | spec.localWorkloadPeeringIPV4            | LocalWorkloadPeeringIPV4
          """)
  void begins_with_calicos_name_of_the_field(ResourceKind kind, String path, String name) {
    assertThat(Violation.text(kind, List.of(new Violation(path, "x", "is wrong"))))
        .isEqualTo("error with field %s = 'x' (is wrong) at %s".formatted(name, path));
  }

  @Test
  void begins_a_rule_of_a_part_with_calicos_words() {
    var found =
        new Violation("spec.cidr", "10.0.0.0/27", "is small", "spec (IP pool is too small.)");

    assertThat(Violation.text(ResourceKind.IP_POOL, List.of(found)))
        .isEqualTo(
            "error with field spec (IP pool is too small.) at spec.cidr = '10.0.0.0/27': is small");
  }

  @Test
  void lists_several_in_lines_of_their_own() {
    List<Violation> found =
        List.of(new Violation("spec.node", "a b", "one"), new Violation("spec.peerIP", "c", "two"));

    assertThat(Violation.text(ResourceKind.BGP_PEER, found))
        .isEqualTo(
            """
            error with the following fields:
            -  Node = 'a b' (one) at spec.node
            -  PeerIP = 'c' (two) at spec.peerIP""");
  }

  @Test
  void cuts_a_long_value() {
    var found = new Violation("spec.node", "n".repeat(10_000), "is long");

    assertThat(found.value()).hasSize(203).endsWith("n...");
  }
}
