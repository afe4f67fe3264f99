// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.validation.Defaults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What people write, and the bytes that calicoctl would have stored for it: order, defaults,
/// durations, escapes, what is left out and what is not.
final class StoredBytesTest {

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          IPPool              | {ipipMode: Always, cidr: 10.8.0.0/16}                        | {"cidr":"10.8.0.0/16","vxlanMode":"Never","ipipMode":"Always","blockSize":26,"nodeSelector":"all()","allowedUses":["Workload","Tunnel"],"assignmentMode":"Automatic"}}
          Tier                | {}                                                           | {"order":1000000,"defaultAction":"Deny"},"status":{}}
          BGPConfiguration    | {serviceClusterIPs: [{cidr: 10.96.0.0/12}], serviceExternalIPs: [{cidr: 192.0.2.0/24}], nodeMeshMaxRestartTime: 90s} | {"logSeverityScreen":"Info","serviceExternalIPs":[{"cidr":"192.0.2.0/24"}],"serviceClusterIPs":[{"cidr":"10.96.0.0/12"}],"serviceLoadBalancerAggregation":"Enabled","nodeMeshMaxRestartTime":"1m30s"}}
          BGPConfiguration    | {serviceClusterIPs: [{}], serviceExternalIPs: [{cidr: ""}]} | {"logSeverityScreen":"Info","serviceExternalIPs":[{}],"serviceClusterIPs":[{}],"serviceLoadBalancerAggregation":"Enabled"}}
          BGPConfiguration    | {nodeMeshPassword: {}}                                       | {"logSeverityScreen":"Info","serviceLoadBalancerAggregation":"Enabled","nodeMeshPassword":{}}}
          BGPPeer             | {filters: [f], peerIP: 192.0.2.1, asNumber: "1.1", keepaliveTime: 3600s, password: {secretKeyRef: {name: s}}} | {"peerIP":"192.0.2.1","asNumber":65537,"password":{"secretKeyRef":{"name":"s","key":""}},"keepaliveTime":"1h0m0s","filters":["f"]}}
          BGPFilter           | {exportv4: [{action: Reject, matchoperator: In, interface: "cali*", cidr: 10.0.0.0/8, prefixLength: {max: 9, min: 8}}]} | {"exportV4":[{"cidr":"10.0.0.0/8","prefixLength":{"min":8,"max":9},"interface":"cali*","matchOperator":"In","action":"Reject"}]}}
          GlobalNetworkPolicy | {selector: "a == 'b' && c != '<'", order: 3, ingress: [{source: {}, destination: {ports: [53]}, protocol: 17, action: Allow}]} | {"tier":"default","order":3,"ingress":[{"action":"Allow","protocol":17,"destination":{"ports":[53]}}],"selector":"a == 'b' \\u0026\\u0026 c != '\\u003c'","types":["Ingress"]}}
          GlobalNetworkPolicy | {namespaceSelector: has(n), applyOnForward: true, preDNAT: true, ingress: [{notICMP: {code: 1, type: 3}, protocol: ICMP, action: Deny}]} | {"tier":"default","ingress":[{"action":"Deny","protocol":"ICMP","notICMP":{"type":3,"code":1}}],"types":["Ingress"],"preDNAT":true,"applyOnForward":true,"namespaceSelector":"has(n)"}}
          HostEndpoint        | {node: n, interfaceName: eth0, ports: [{port: 80, protocol: TCP, name: web}]} | {"node":"n","interfaceName":"eth0","ports":[{"name":"web","protocol":"TCP","port":80}]}}
          Node                | {wireguard: {interfaceIPv4Address: 10.0.0.9}, orchRefs: [{orchestrator: k8s}]} | {"orchRefs":[{"orchestrator":"k8s"}],"wireguard":{"interfaceIPv4Address":"10.0.0.9"}},"status":{}}
          KubeControllersConfiguration | {controllers: {loadBalancer: {}, node: {reconcilerPeriod: 60s}}} | {"healthChecks":"Enabled","prometheusMetricsPort":9094,"controllers":{"node":{"reconcilerPeriod":"1m0s","leakGracePeriod":"15m0s"},"loadBalancer":{"assignIPs":"AllServices"}}},"status":{}}
          FelixConfiguration  | {ROUTERefreshInterval: 99s, failsafeInboundHostPorts: [{port: 22, protocol: TCP}], bpfEnabled: true, ipv6Support: false, healthTimeoutOverrides: [{timeout: 0.5s, name: x}]} | {"ipv6Support":false,"routeRefreshInterval":"1m39s","healthTimeoutOverrides":[{"name":"x","timeout":"500ms"}],"failsafeInboundHostPorts":[{"protocol":"TCP","port":22}],"nftablesMode":"Auto","nftablesFlowTableOffload":"Disabled","bpfEnabled":true,"bpfLogLevel":"","bpfConnectTimeLoadBalancing":"TCP","bpfHostNetworkedNATWithoutCTLB":"Enabled","floatingIPs":"Disabled"}}
          """)
  void specs(String kind, String spec, String expected) {
    assertThat(stored(kind, "{name: a}", spec))
        .isEqualTo(
            "{\"kind\":\"%s\",\"apiVersion\":\"projectcalico.org/v3\",\"metadata\":%s,\"spec\":%s"
                .formatted(kind, metadata(kind), expected));
  }

  /// Policies say their tier.
  private static String metadata(String kind) {
    return kind.endsWith("Policy")
        ? "{\"name\":\"a\",\"labels\":{\"projectcalico.org/tier\":\"default\"}}"
        : "{\"name\":\"a\"}";
  }

  @Test
  void portsOfPodsSayWhatTheyLack() {
    assertThat(
            stored(
                "WorkloadEndpoint",
                "{namespace: ns}",
                """
                {node: n, orchestrator: k8s, pod: p, endpoint: eth0, interfaceName: cali1,
                 ports: [{port: 80, protocol: TCP, name: web}],
                 qosControls: {dscp: EF, egressBurst: 5, ingressBandwidth: 1000}}
                """))
        .endsWith(
            "\"ports\":[{\"name\":\"web\",\"protocol\":\"TCP\",\"port\":80,\"hostPort\":0,\"hostIP\":\"\"}],"
                + "\"qosControls\":{\"ingressBandwidth\":1000,\"egressBurst\":5,\"dscp\":\"EF\"}}}");
  }

  @Test
  void metadataHasKubernetesOrder() {
    Resource set =
        ResourceCodec.read(
                """
                apiVersion: projectcalico.org/v3
                kind: NetworkSet
                metadata: {labels: {b: "1", a: "2"}, annotations: {x: "\\u2028"}, namespace: ns, name: a}
                """)
            .getFirst();
    Metadata known = set.metadata().withIdentity("7", "u", "2026-11-22T00:00:00Z");

    assertThat(ResourceCodec.stored(set.withMetadata(known)))
        .isEqualTo(
            "{\"kind\":\"NetworkSet\",\"apiVersion\":\"projectcalico.org/v3\",\"metadata\":"
                + "{\"name\":\"a\",\"namespace\":\"ns\",\"uid\":\"u\","
                + "\"creationTimestamp\":\"2026-11-22T00:00:00Z\","
                + "\"labels\":{\"a\":\"2\",\"b\":\"1\"},\"annotations\":{\"x\":\"\\u2028\"}},"
                + "\"spec\":{}}");
  }

  private static String stored(String kind, String metadata, String spec) {
    Resource read =
        ResourceCodec.read(
                "apiVersion: projectcalico.org/v3\nkind: %s\nmetadata: %s\nspec: %s\n"
                    .formatted(kind, metadata, spec.strip()))
            .getFirst();
    return ResourceCodec.stored(Defaults.fill(read));
  }
}
