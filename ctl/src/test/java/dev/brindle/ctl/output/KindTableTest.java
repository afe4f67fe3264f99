// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table of each kind: its headings for `ps` and `wide`, and the cells of one resource.
final class KindTableTest {

  private static final AsNumber CLUSTER_AS = new AsNumber(64_512);

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BGPConfiguration    | {logSeverityScreen: Info, nodeToNodeMeshEnabled: false, asNumber: 64513} | NAME LOGSEVERITY MESHENABLED ASNUMBER = x Info false 64513 | same
          BGPConfiguration    | {logSeverityScreen: Info} | NAME LOGSEVERITY MESHENABLED ASNUMBER = x Info - - | same
          BGPFilter           | {exportV4: [{action: Reject}], importV6: [{action: Accept}, {action: Accept}]} | NAME NUMEXPORTV4 NUMIMPORTV4 NUMEXPORTV6 NUMIMPORTV6 = x 1 0 0 2 | same
          BGPFilter           | {} | NAME NUMEXPORTV4 NUMIMPORTV4 NUMEXPORTV6 NUMIMPORTV6 = x 0 0 0 0 | same
          BGPPeer             | {peerIP: 192.0.2.1, asNumber: 64513} | NAME PEERIP NODE ASN = x 192.0.2.1 (global) 64513 | same
          BGPPeer             | {node: n1, peerIP: 192.0.2.1, asNumber: 64513} | NAME PEERIP NODE ASN = x 192.0.2.1 n1 64513 | same
          BGPPeer             | {nodeSelector: has(a), peerSelector: all()} | NAME PEERIP NODE ASN = x _ has(a) 0 | same
          ClusterInformation  | {clusterGUID: a, clusterType: k8s, calicoVersion: v1, datastoreReady: true} | NAME CLUSTERGUID CLUSTERTYPE CALICOVERSION DATASTOREREADY = x a k8s v1 true | same
          ClusterInformation  | {} | NAME CLUSTERGUID CLUSTERTYPE CALICOVERSION DATASTOREREADY = x _ _ _ <nil> | same
          FelixConfiguration  | {} | NAME = x | same
          GlobalNetworkPolicy | {order: 1.5, selector: has(a)} | NAME TIER = x default | NAME TIER ORDER SELECTOR = x default 1.5 has(a)
          NetworkPolicy       | {tier: t} | NAME TIER = x t | NAME TIER ORDER SELECTOR = x t <nil> _
          GlobalNetworkSet    | {nets: [192.0.2.7/24, "2001:db8::1"]} | NAME = x | NAME NETS = x 192.0.2.7/24,2001:db8::1
          NetworkSet          | {nets: [10.0.0.1]} | NAME = x | NAME NETS = x 10.0.0.1
          NetworkSet          | {} | NAME = x | NAME NETS = x _
          IPAMConfiguration   | {strictAffinity: true, maxBlocksPerHost: 4} | NAME STRICTAFFINITY AUTOALLOCATEBLOCKS = x true true | NAME STRICTAFFINITY AUTOALLOCATEBLOCKS MAXBLOCKSPERHOST = x true true 4
          CalicoNodeStatus    | {node: n1, classes: [Agent, BGP]} | NAME NODE = x n1 | NAME NODE CLASSES = x n1 Agent,BGP
          HostEndpoint        | {node: n1, interfaceName: eth0, expectedIPs: [192.0.2.1, "fd00::1"], profiles: [a, b]} | NAME NODE = x n1 | NAME NODE INTERFACE IPS PROFILES = x n1 eth0 192.0.2.1,fd00::1 a,b
          KubeControllersConfiguration | {} | NAME = x | same
          StagedNetworkPolicy | {tier: t, order: 5, selector: has(a)} | NAME TIER = x t | NAME TIER ORDER SELECTOR = x t 5 has(a)
          StagedGlobalNetworkPolicy | {} | NAME TIER = x default | NAME TIER ORDER SELECTOR = x default <nil> _
          StagedKubernetesNetworkPolicy | {} | NAME = x | NAME PODSELECTOR = x _
          StagedKubernetesNetworkPolicy | {podSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: NotIn, values: [d, e]}, {key: f, operator: Exists}, {key: g, operator: DoesNotExist}]}} | NAME = x | NAME PODSELECTOR = x a=b,c notin (d,e),f,!g
          IPReservation       | {reservedCIDRs: [10.0.0.1, 10.1.0.0/16]} | NAME = x | NAME CIDRS = x 10.0.0.1,10.1.0.0/16
          IPPool              | {cidr: 10.0.0.0/16, vxlanMode: CrossSubnet, natOutgoing: true} | NAME CIDR SELECTOR = x 10.0.0.0/16 all() | NAME CIDR NAT IPIPMODE VXLANMODE DISABLED DISABLEBGPEXPORT SELECTOR ASSIGNMENTMODE = x 10.0.0.0/16 true Never CrossSubnet false false all() Automatic
          Node                | {bgp: {ipv4Address: 192.0.2.1/24}} | NAME = x | NAME ASN IPV4 IPV6 = x (64512) 192.0.2.1/24 _
          Node                | {bgp: {asNumber: 64513, ipv6Address: "fd00::1/64"}} | NAME = x | NAME ASN IPV4 IPV6 = x 64513 _ fd00::1/64
          Node                | {} | NAME = x | NAME ASN IPV4 IPV6 = x _ _ _
          Profile             | {labelsToApply: {b: "2", a: "1"}} | NAME = x | NAME LABELS = x a=1,b=2
          Tier                | {order: 1000000} | NAME ORDER = x 1e+06 | same
          Tier                | {} | NAME ORDER = x <nil> | same
          WorkloadEndpoint    | {node: n1, orchestrator: k8s, pod: web, endpoint: eth0, interfaceName: cali1, ipNetworks: [10.0.0.1/32, "fd00::1/128"], profiles: [a, b]} | WORKLOAD NODE NETWORKS INTERFACE = web n1 10.0.0.1/32,fd00::1/128 cali1 | NAME WORKLOAD NODE NETWORKS INTERFACE PROFILES NATS = x web n1 10.0.0.1/32,fd00::1/128 cali1 a,b _
          WorkloadEndpoint    | {node: n1, orchestrator: cni, containerID: c1, endpoint: eth0} | WORKLOAD NODE NETWORKS INTERFACE = c1 n1 _ _ | NAME WORKLOAD NODE NETWORKS INTERFACE PROFILES NATS = x c1 n1 _ _ _ _
          IPAMHandle          | {handleID: h, block: {}} | NAME = x | same
          BlockAffinity       | {node: n1, cidr: 10.0.0.0/26} | NAME = x | same
          """)
  void shows(String kind, String spec, String narrow, String wide) {
    Resource resource = resource(kind, spec);
    KindTable table = KindTable.of(resource.kind(), CLUSTER_AS);
    assertThat(text(table, table.narrow(), resource)).isEqualTo(narrow);
    assertThat(text(table, table.wide(), resource)).isEqualTo(wide.equals("same") ? narrow : wide);
  }

  /// Blocks have more fields than a row can show; their table is that of a handle.
  @Test
  void everyKindIsInTheTableAbove() throws NoSuchMethodException {
    Method test =
        KindTableTest.class.getDeclaredMethod(
            "shows", String.class, String.class, String.class, String.class);
    Set<String> tested =
        test.getAnnotation(CsvSource.class)
            .textBlock()
            .lines()
            .map(line -> line.substring(0, line.indexOf('|')).strip())
            .collect(Collectors.toSet());
    tested.add(ResourceKind.IPAM_BLOCK.kindName());
    assertThat(
            Arrays.stream(ResourceKind.values())
                .filter(kind -> !kind.isKubernetesOwn() && kind != ResourceKind.LIVE_MIGRATION)
                .map(ResourceKind::kindName))
        .containsExactlyInAnyOrderElementsOf(tested);
  }

  private static Resource resource(String kind, String spec) {
    String text =
        "{apiVersion: projectcalico.org/v3, kind: %s, metadata: {name: x}, spec: %s}"
            .formatted(kind, spec);
    try {
      return ResourceCodec.readStored(
          Arrays.stream(ResourceKind.values())
              .filter(each -> each.kindName().equals(kind))
              .findFirst()
              .orElseThrow(),
          (ObjectNode) new YAMLMapper().readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(KindTable table, List<String> headings, Resource resource) {
    return String.join(" ", headings)
        + " = "
        + headings.stream().map(heading -> cell(table, heading, resource)).collect(joining(" "));
  }

  private static String cell(KindTable table, String heading, Resource resource) {
    String text =
        table.all().stream()
            .filter(column -> column.heading().equals(heading))
            .map(column -> column.value().apply(resource))
            .collect(joining());
    return text.isEmpty() ? "_" : text;
  }
}
