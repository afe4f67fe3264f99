// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.brindle.api.resource.Resource;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionTest {

  private static final YAMLMapper YAML = new YAMLMapper();

  private static List<Resource> read(String text) {
    return Conversion.read("old.yaml", text);
  }

  /// @param expected metadata and spec, without what every resource has
  private static void assertConverts(String old, String kind, String expected) throws Exception {
    List<Resource> found = read(old);
    assertThat(found).hasSize(1);
    JsonNode json = YAML.readTree(ResourceCodec.yaml(found.getFirst()));
    assertThat(json.path("kind").asText()).isEqualTo(kind);
    JsonNode wanted = YAML.readTree(expected);
    assertThat(json.path("metadata")).isEqualTo(wanted.path("metadata"));
    assertThat(json.path("spec")).isEqualTo(wanted.path("spec"));
  }

  @Test
  void aPolicyIsAGlobalOne() throws Exception {
    assertConverts(
        """
        apiVersion: v1
        kind: policy
        metadata: {name: shop.web, annotations: {by: me}}
        spec:
          order: 7.5
          selector: calico/k8s_ns == 'shop'
          ingress:
          - action: allow
            protocol: tcp
            notProtocol: udplite
            source: {tag: front, selector: role == 'x', net: 10.9.9.9/8, nets: [10.1.0.0/16], notPorts: [9]}
            destination: {ports: [80, "100:200"], notTag: back, notNet: 192.0.2.1}
          - action: next-tier
            ipVersion: 4
            icmp: {type: 8, code: 0}
            protocol: icmp
            notProtocol: 240
          - {}
        """,
        "GlobalNetworkPolicy",
        """
        metadata: {name: shop-web-551b05c3, annotations: {by: me}}
        spec:
          tier: default
          order: 7.5
          selector: projectcalico.org/namespace == 'shop'
          types: [Ingress]
          ingress:
          - action: Allow
            protocol: TCP
            notProtocol: UDPLite
            source: {selector: (role == 'x') && front == '', nets: [10.1.0.0/16, 10.0.0.0/8], notPorts: [9]}
            destination: {ports: [80, "100:200"], notSelector: back == '', notNets: [192.0.2.1/32]}
          - {action: Pass, ipVersion: 4, icmp: {type: 8, code: 0}, protocol: ICMP, notProtocol: 240}
          - {action: Allow}
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {selector: a}                                     | [Ingress]          |
          {selector: a, egress: [{action: deny}]}           | [Egress]           |
          {selector: a, egress: [{action: deny}], ingress: [{action: log}]} | [Ingress, Egress] |
          {selector: a, types: [egress, Ingress]}           | [Egress, Ingress]  |
          {selector: a, preDNAT: true, types: [ingress]}    | [Ingress]          | preDNAT
          {selector: a, doNotTrack: true, types: [ingress]} | [Ingress]          | doNotTrack
          """)
  void directionsAndWhatGoesThrough(String spec, String types, String special) throws Exception {
    String old = "{apiVersion: v1, kind: policy, metadata: {name: p}, spec: %s}".formatted(spec);

    JsonNode converted = YAML.readTree(ResourceCodec.yaml(read(old).getFirst())).path("spec");

    assertThat(converted.path("types")).isEqualTo(YAML.readTree(types));
    assertThat(converted.path("applyOnForward").asBoolean()).isEqualTo(special != null);
    if (special != null) {
      assertThat(converted.path(special).asBoolean()).isTrue();
    }
  }

  @Test
  void tagsOfAProfileAreLabelsWithoutAValue() throws Exception {
    assertConverts(
        """
        apiVersion: v1
        kind: profile
        metadata: {name: k8s_ns.shop, tags: [front, shop], labels: {tier: one}}
        spec: {egress: [{action: allow}]}
        """,
        "Profile",
        """
        metadata: {name: kns.shop}
        spec:
          labelsToApply: {front: "", shop: "", tier: one}
          egress: [{action: Allow}]
        """);
    assertFails(
        """
        apiVersion: v1
        kind: profile
        metadata:
          name: p
          labels: {shop: big}
          tags: [shop]
        """,
        "line 6, column",
        "metadata.tags: tag 'shop' and label 'shop: big' would be one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.1.2.3/16 | {}                                           | 10-1-0-0-16 | {cidr: 10.1.0.0/16, ipipMode: Never, vxlanMode: Never, blockSize: 26}
          10.1.0.0/16 | {ipip: {enabled: true}, nat-outgoing: true}  | 10-1-0-0-16 | {cidr: 10.1.0.0/16, ipipMode: Always, vxlanMode: Never, natOutgoing: true, blockSize: 26}
          10.1.0.0/16 | {ipip: {enabled: true, mode: cross-subnet}}  | 10-1-0-0-16 | {cidr: 10.1.0.0/16, ipipMode: CrossSubnet, vxlanMode: Never, blockSize: 26}
          10.1.0.0/16 | {ipip: {enabled: false, mode: always}}       | 10-1-0-0-16 | {cidr: 10.1.0.0/16, ipipMode: Never, vxlanMode: Never, blockSize: 26}
          fd00::/64   | {disabled: true}                             | fd00---64   | {cidr: "fd00::/64", ipipMode: Never, vxlanMode: Never, disabled: true, blockSize: 122}
          """)
  void poolsAreNamedByTheirNetwork(String cidr, String spec, String name, String expected)
      throws Exception {
    assertConverts(
        "{apiVersion: v1, kind: ipPool, metadata: {cidr: '%s'}, spec: %s}".formatted(cidr, spec),
        "IPPool",
        "{metadata: {name: %s}, spec: %s}"
            .formatted(
                name,
                expected.replace(
                    "}",
                    ", nodeSelector: all(), assignmentMode: Automatic,"
                        + " allowedUses: [Workload, Tunnel]}")));
  }

  @Test
  void peersAreNamedByNodeAndAddress() throws Exception {
    assertConverts(
        """
        {apiVersion: v1, kind: bgpPeer, metadata: {scope: global, peerIP: 192.0.2.1}, spec: {asNumber: 64512}}
        """,
        "BGPPeer",
        "{metadata: {name: 192-0-2-1}, spec: {peerIP: 192.0.2.1, asNumber: 64512}}");
    assertConverts(
        """
        {apiVersion: v1, kind: bgpPeer, metadata: {scope: node, node: Rack/1, peerIP: "2001:db8::1"}, spec: {asNumber: "1.10"}}
        """,
        "BGPPeer",
        """
        metadata: {name: rack.1.2001-0db8-0000-0000-0000-0000-0000-0001}
        spec: {node: rack.1, peerIP: "2001:db8::1", asNumber: 65546}
        """);
  }

  @Test
  void nodesKeepTheirAddresses() throws Exception {
    assertConverts(
        """
        apiVersion: v1
        kind: node
        metadata: {name: Host1}
        spec:
          bgp: {asNumber: 64512, ipv4Address: 192.0.2.7/24, ipv6Address: "2001:db8::7/64"}
          orchRefs: [{orchestrator: k8s, nodeName: host1}]
        """,
        "Node",
        """
        metadata: {name: host1}
        spec:
          bgp: {asNumber: 64512, ipv4Address: 192.0.2.7/24, ipv6Address: "2001:db8::7/64"}
          orchRefs: [{orchestrator: k8s, nodeName: host1}]
        """);
  }

  @Test
  void endpointsOfHosts() throws Exception {
    assertConverts(
        """
        apiVersion: v1
        kind: hostEndpoint
        metadata: {name: eth0, node: host1, labels: {role: edge}}
        spec:
          interfaceName: eth0
          expectedIPs: ["2001:db8::1", 192.0.2.1]
          profiles: [k8s_ns.shop, other]
          ports: [{name: ssh, protocol: tcp, port: 22}]
        """,
        "HostEndpoint",
        """
        metadata: {name: host1.eth0, labels: {role: edge}}
        spec:
          node: host1
          interfaceName: eth0
          expectedIPs: [192.0.2.1, "2001:db8::1"]
          profiles: [kns.shop, other]
          ports: [{name: ssh, protocol: TCP, port: 22}]
        """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          k8s        | shop.web-1 | host1-k8s-web--1-eth0        | shop    | pod: web-1, containerID: c1
          cni        | c2         | host1-cni-c2-eth0            | default | containerID: c2
          libnetwork | any        | host1-libnetwork-libnetwork-eth0 | default | workload: libnetwork
          mine       | w1         | host1-mine-w1-eth0           | default | workload: w1
          """)
  void endpointsOfWorkloads(
      String orchestrator, String workload, String name, String namespace, String identity)
      throws Exception {
    assertConverts(
        """
        apiVersion: v1
        kind: workloadEndpoint
        metadata:
          {name: eth0, node: host1, orchestrator: %s, workload: %s, activeInstanceID: c1,
           labels: {calico/k8s_ns: shop, a: b}}
        spec:
          interfaceName: cali1
          mac: ee:ee:ee:ee:ee:ee
          ipNetworks: ["fd00::1/128", 10.0.0.1/32]
          ipNATs: [{internalIP: 10.0.0.1, externalIP: 192.0.2.9}]
          ipv4Gateway: 169.254.1.1
          profiles: [k8s_ns.shop]
        """
            .formatted(orchestrator, workload),
        "WorkloadEndpoint",
        """
        metadata:
          name: %s
          namespace: %s
          labels: {a: b, projectcalico.org/namespace: %s, projectcalico.org/orchestrator: %s}
        spec:
          orchestrator: %s
          node: host1
          endpoint: eth0
          %s
          interfaceName: cali1
          mac: ee:ee:ee:ee:ee:ee
          ipNetworks: [10.0.0.1/32, "fd00::1/128"]
          ipNATs: [{internalIP: 10.0.0.1, externalIP: 192.0.2.9}]
          ipv4Gateway: 169.254.1.1
          profiles: [kns.shop]
        """
            .formatted(
                name,
                namespace,
                namespace,
                orchestrator,
                orchestrator,
                identity.replace(", ", "\n  ")));
  }

  @Test
  void aNetworkPolicyOfKubernetes() throws Exception {
    assertConverts(
        """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: web, namespace: shop}
        spec:
          podSelector: {matchLabels: {app: web}}
          ingress: [{ports: [{port: 80}], from: [{podSelector: {}}]}]
        """,
        "NetworkPolicy",
        """
        metadata: {name: web, namespace: shop}
        spec:
          tier: default
          order: 1000
          selector: projectcalico.org/orchestrator == 'k8s' && app == 'web'
          types: [Ingress]
          ingress:
          - {action: Allow, protocol: TCP, source: {selector: projectcalico.org/orchestrator == 'k8s'}, destination: {ports: [80]}}
        """);
  }

  @Test
  void listsAndWhatIsV3Already() {
    List<Resource> found =
        read(
            """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: node, metadata: {name: a}}
            - {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t}, spec: {order: 3}}
            ---
            apiVersion: v1
            kind: bgpPeerList
            items:
            - {metadata: {scope: global, peerIP: 192.0.2.1}, spec: {asNumber: 1}}
            ---
            - {apiVersion: v1, kind: node, metadata: {name: b}}
            """);

    assertThat(found.stream().map(Resource::key).map(Object::toString))
        .containsExactly("Node(a)", "Tier(t)", "BGPPeer(192-0-2-1)", "Node(b)");
  }

  private static void assertFails(String text, String... words) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ClientException.class)
        .hasMessageContainingAll(words)
        .hasMessageStartingWith("failed to execute command: old.yaml: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {apiVersion: v1, kind: policy, metadata: {name: p}, spec: {ingress: [{action: drop}]}}          | spec.ingress[0].action: 'drop' is none of allow, deny, log, pass
          {apiVersion: v1, kind: policy, metadata: {name: p}, spec: {ingress: [{source: {nett: 1}}]}}     | wrong location: nett (spec.ingress[0].source.nett)
          {apiVersion: v1, kind: policy, metadata: {name: p}, spec: {ingress: {}}}                        | spec.ingress: expected a list
          {apiVersion: v1, kind: policy, metadata: {name: p}, spec: {doNotTrack: 7}}                      | spec.doNotTrack: expected true or false
          {apiVersion: v1, kind: policy, metadata: {name: p}, spec: {types: [in]}}                        | spec.types: 'in' is none of ingress, egress
          {apiVersion: v1, kind: policy, metadata: {}}                                                    | metadata.name: is missing
          {apiVersion: v1, kind: policy, metadata: {name: p}, spec: {order: x}}                           | what it becomes cannot be read
          {apiVersion: v1, kind: ipPool, metadata: {cidr: 10.0.0.0/33}}                                   | metadata.cidr: '10.0.0.0/33' is no network
          {apiVersion: v1, kind: ipPool, metadata: {cidr: 10.0.0.0/8}, spec: {ipip: {enabled: true, mode: some}}} | spec.ipip.mode: 'some' is none of always, cross-subnet
          {apiVersion: v1, kind: bgpPeer, metadata: {scope: rack, peerIP: 192.0.2.1}}                     | metadata.scope: 'rack' is none of global, node
          {apiVersion: v1, kind: bgpPeer, metadata: {scope: node, peerIP: 192.0.2.1}}                     | metadata.node: a peer of one node needs it
          {apiVersion: v1, kind: bgpPeer, metadata: {scope: global, node: n, peerIP: 192.0.2.1}}          | metadata.node: a peer of all nodes has no node
          {apiVersion: v1, kind: node, metadata: {name: n}, spec: {bgp: {asNumber: 1}}}                   | spec.bgp: an address is missing
          {apiVersion: v1, kind: node, metadata: {name: n}, spec: {bgp: {ipv4Address: 10.0.0.999/8}}}     | spec.bgp.ipv4Address: '10.0.0.999/8' is no address with a length
          {apiVersion: v1, kind: workloadEndpoint, metadata: {orchestrator: k8s, workload: web, node: n, name: e}} | metadata.workload: 'web' is not the namespace and name of a pod
          {apiVersion: v1, kind: tier, metadata: {name: t}}                                               | conversion for the resource type 'tier' (v1) is not supported
          {apiVersion: apps/v1, kind: Deployment}                                                         | conversion for the resource type 'Deployment' (apps/v1) is not supported
          {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: w}, spec: {podSelector: {}, ingress: [{ports: [{protocol: X}]}]}} | ingress[0]
          {apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: t}, spec: {orders: 1}}          | what it becomes cannot be read
          [7]                                                                                             | expected a resource, found '7'
          """)
  void whatCannotBeConvertedIsNamed(String text, String words) {
    assertFails(text, words);
  }
}
