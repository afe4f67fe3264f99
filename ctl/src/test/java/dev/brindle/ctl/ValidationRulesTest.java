// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.validation.Validation;
import dev.brindle.api.validation.Violation;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The rules of `api.validation`, read as people write resources. The last cell names the fields
/// that are refused; nothing there means accepted.
final class ValidationRulesTest {

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          IPPool              | {name: p}                    |                                                           |
          IPPool              | {name: a.b-c.1}              |                                                           |
          IPPool              | {name: P}                    |                                                           | metadata.name
          IPPool              | {name: -p}                   |                                                           | metadata.name
          IPPool              | {name: p, labels: {a/b: c}}  |                                                           |
          IPPool              | {name: p, labels: {a/b/c: d}}|                                                           | metadata.labels
          IPPool              | {name: p, labels: {a: b c}}  |                                                           | metadata.labels[a]
          IPPool              | {name: p, annotations: {A/b: 'x y'}} |                                                   |
          IPPool              | {name: p, annotations: {a b: c}} |                                                       | metadata.annotations
          Tier                | {name: t}                    | {order: 10}                                               |
          Tier                | {name: t.u}                  | {order: 10}                                               | metadata.name
          Tier                | {name: t}                    | {defaultAction: Pass}                                     |
          Tier                | {name: t}                    | {defaultAction: Allow}                                    | spec.defaultAction
          ClusterInformation  | {name: default}              | {}                                                        |
          ClusterInformation  | {name: other}                | {}                                                        | metadata.name
          BGPConfiguration    | {name: default}              | {}                                                        |
          BGPConfiguration    | {name: node.n1}              | {listenPort: 1790}                                        |
          BGPConfiguration    | {name: n1}                   | {}                                                        |
          BGPConfiguration    | {name: N1}                   | {}                                                        | metadata.name
          NetworkPolicy       | {name: a2345678901234567890123456789012345678901234567890123456789012345.b, namespace: n} | {} |
          NetworkPolicy       | {name: a, namespace: n}      | {selector: global()}                                      | spec.selector
          NetworkPolicy       | {name: a, namespace: n}      | {serviceAccountSelector: "a == 'b' && global()"}          | spec.serviceAccountSelector
          NetworkPolicy       | {name: a, namespace: n}      | {ingress: [{action: Deny, source: {selector: global()}}]} | spec.ingress[0].source.selector
          NetworkPolicy       | {name: a, namespace: n}      | {ingress: [{action: Deny, source: {namespaceSelector: " global() "}}]} |
          NetworkPolicy       | {name: a, namespace: n}      | {ingress: [{action: Deny, protocol: TCP, destination: {ports: [0]}}]} | spec.ingress[0].destination.ports[0]
          NetworkPolicy       | {name: a, namespace: n}      | {ingress: [{action: Deny, protocol: TCP, source: {notPorts: ["0:9"]}}]} | spec.ingress[0].source.notPorts[0]
          NetworkPolicy       | {name: a, namespace: n}      | {performanceHints: [AssumeNeededOnEveryNode, AssumeNeededOnEveryNode]} | spec.performanceHints
          NetworkPolicy       | {name: a, namespace: n}      | {egress: [{action: Deny, destination: {services: {name: "a b", namespace: "N"}}}]} | spec.egress[0].destination.services.name, spec.egress[0].destination.services.namespace
          NetworkPolicy       | {name: a, namespace: n}      | {performanceHints: [""]}                                  | spec.performanceHints
          GlobalNetworkPolicy | {name: a}                    | {namespaceSelector: global()}                             | spec.namespaceSelector
          BGPPeer             | {name: a}                    | {node: N 1, filters: [f, F]}                              | spec.node, spec.filters
          BGPConfiguration    | {name: default}              | {communities: [{name: "A b", value: "1:2"}], prefixAdvertisements: [{cidr: 192.0.2.0/24, communities: ["1:2"]}]} | spec.communities.name
          BGPConfiguration    | {name: default}              | {prefixAdvertisements: [{cidr: 192.0.2.0/24}]}            | spec.prefixAdvertisements.communities
          BGPConfiguration    | {name: default}              | {nodeMeshPassword: {}}                                    |
          FelixConfiguration  | {name: default}              | {awsSrcDstCheck: enable, ipForwarding: "", serviceLoopPrevention: drop, logSeverityScreen: info} | spec.awsSrcDstCheck, spec.serviceLoopPrevention
          FelixConfiguration  | {name: default}              | {bpfDataIfacePattern: "eth.*", mtuIfacePattern: "(eth", logDebugFilenameRegex: "*"} | spec.logDebugFilenameRegex, spec.mtuIfacePattern
          FelixConfiguration  | {name: default}              | {iptablesNATOutgoingInterfaceFilter: "a@b", prometheusMetricsHost: "a b", wireguardInterfaceName: "w/g", logPrefix: "a:b c", bpfForceTrackPacketsFromIfaces: ["docker+", "a/b"]} | spec.bpfForceTrackPacketsFromIfaces, spec.iptablesNATOutgoingInterfaceFilter, spec.prometheusMetricsHost, spec.wireguardInterfaceName
          FelixConfiguration  | {name: default}              | {bpfExtToServiceConnmark: 4294967295, bpfMapSizeConntrackCleanupQueue: 0, logActionRateLimit: 5/minute, featureDetectOverride: "A=true,B="} | spec.bpfMapSizeConntrackCleanupQueue
          FelixConfiguration  | {name: default}              | {bpfExtToServiceConnmark: -1, logActionRateLimit: 5, featureDetectOverride: "A=yes"} | spec.bpfExtToServiceConnmark, spec.featureDetectOverride, spec.logActionRateLimit
          Node                | {name: a}                    | {wireguard: {}}                                           | spec.wireguard
          Node                | {name: a}                    | {wireguard: {interfaceIPv4Address: 192.0.2.9, interfaceIPv6Address: 192.0.2.9}} | spec.wireguard.interfaceIPv6Address
          WorkloadEndpoint    | {name: n-k8s-p-eth0, namespace: n} | {node: n, orchestrator: k8s, pod: p, endpoint: eth0} | spec.interfaceName
          WorkloadEndpoint    | {name: n-k8s-p-eth0, namespace: n} | {node: n, orchestrator: k8s, pod: p, endpoint: eth0, interfaceName: cali1, ports: [{port: 80, protocol: TCP}, {port: 81, hostPort: 8081, protocol: TCP}], qosControls: {dscp: EF, egres: 1}} | spec.ports[0].name, spec.qosControls.egres
          NetworkPolicy       | {name: a.b, namespace: n}    | {}                                                        |
          NetworkPolicy       | {name: a.b.c, namespace: n}  | {}                                                        | metadata.name
          NetworkPolicy       | {name: knp.default.a.b, namespace: n} | {}                                               |
          NetworkPolicy       | {name: a}                    | {}                                                        | metadata.namespace
          GlobalNetworkPolicy | {name: knp.default.a}        | {}                                                        | metadata.name
          NetworkSet          | {name: a.b, namespace: n}    | {}                                                        |
          NetworkSet          | {name: a}                    | {}                                                        | metadata.namespace
          NetworkSet          | {name: a, namespace: n}      | {nets: [10.0.0.1, 10.1.2.3/8, "fd00::1/64", "::1", 0.0.0.0/0]} |
          NetworkSet          | {name: a, namespace: n}      | {nets: [10.0.0.1, 10.0.0, 10.0.0.0/33, host]}             | spec.nets[1], spec.nets[2], spec.nets[3]
          NetworkSet          | {name: a, namespace: n, labels: {projectcalico.org/namespace: n}} | {}                   | metadata.labels
          HostEndpoint        | {name: a.b}                  | {node: n1, interfaceName: eth0}                           |
          HostEndpoint        | {name: a}                    | {node: n1, interfaceName: "*"}                            |
          HostEndpoint        | {name: a}                    | {node: n1, interfaceName: "eth*"}                         | spec.interfaceName
          HostEndpoint        | {name: a}                    | {node: n1, interfaceName: a234567890123456}               | spec.interfaceName
          HostEndpoint        | {name: a}                    | {node: n1, expectedIPs: [192.0.2.1, "fd00::1"]}           |
          HostEndpoint        | {name: a}                    | {node: n1}                                                | spec.interfaceName
          HostEndpoint        | {name: a}                    | {interfaceName: eth0}                                     | spec.node
          HostEndpoint        | {name: a}                    | {node: n1, interfaceName: eth0, profiles: [P]}            | spec.profiles
          HostEndpoint        | {name: a}                    | {node: n1, interfaceName: eth0, ports: [{name: http, protocol: TCP, port: 80}]} |
          HostEndpoint        | {name: a}                    | {node: n1, interfaceName: eth0, ports: [{name: "", protocol: ICMP, port: 0}]} | spec.ports[0].name, spec.ports[0].protocol, spec.ports[0].port
          CalicoNodeStatus    | {name: a}                    | {node: n1, classes: [Agent, BGP, Routes], updatePeriodSeconds: 86400} |
          CalicoNodeStatus    | {name: a}                    | {node: n1, classes: [Agents], updatePeriodSeconds: 86401} | spec.classes, spec.updatePeriodSeconds
          CalicoNodeStatus    | {name: a}                    | {classes: [BGP, BGP], updatePeriodSeconds: 0}             | spec.node, spec.classes
          CalicoNodeStatus    | {name: a}                    | {node: n1}                                                | spec.classes, spec.updatePeriodSeconds
          StagedNetworkPolicy | {name: a.b, namespace: n}    | {stagedAction: Learn, egress: [{action: Allow}]}          |
          StagedNetworkPolicy | {name: a.b.c, namespace: n}  | {}                                                        | metadata.name
          StagedNetworkPolicy | {name: a, namespace: n}      | {selector: "a ="}                                         | spec.selector
          StagedNetworkPolicy | {name: a, namespace: n}      | {stagedAction: Delete, tier: t}                           |
          StagedNetworkPolicy | {name: a, namespace: n}      | {stagedAction: Delete, order: 1}                          | spec
          StagedNetworkPolicy | {name: a, namespace: n}      | {stagedAction: Delete, types: [Ingress]}                  | spec
          StagedGlobalNetworkPolicy | {name: a}              | {doNotTrack: true}                                        | spec.applyOnForward
          StagedGlobalNetworkPolicy | {name: a}              | {stagedAction: Delete}                                    |
          StagedGlobalNetworkPolicy | {name: a}              | {stagedAction: Delete, namespaceSelector: all()}          | spec
          StagedKubernetesNetworkPolicy | {name: a, namespace: n} | {podSelector: {}, ingress: [{}]}                     |
          StagedKubernetesNetworkPolicy | {name: a, namespace: n} | {stagedAction: Delete, podSelector: {}}              |
          StagedKubernetesNetworkPolicy | {name: a, namespace: n} | {stagedAction: Delete, podSelector: {matchLabels: {a: b}}} | spec
          KubeControllersConfiguration | {name: default}     | {controllers: {node: {leakGracePeriod: 0s, hostEndpoint: {templates: [{generateName: a, interfacePattern: eth}, {generateName: b, interfaceCIDRs: [10.0.0.0/8]}]}}}} |
          KubeControllersConfiguration | {name: other}       | {}                                                        | metadata.name
          KubeControllersConfiguration | {name: default}     | {logSeverityScreen: Panic, healthChecks: Disabled, etcdV3CompactionPeriod: 1h30m} |
          KubeControllersConfiguration | {name: default}     | {logSeverityScreen: Trace, healthChecks: "On", etcdV3CompactionPeriod: "5"} | spec.logSeverityScreen, spec.healthChecks, spec.etcdV3CompactionPeriod
          KubeControllersConfiguration | {name: default}     | {prometheusMetricsPort: 65536, debugProfilePort: -1}      | spec.prometheusMetricsPort, spec.debugProfilePort
          KubeControllersConfiguration | {name: default}     | {controllers: {policy: {reconcilerPeriod: x}, loadBalancer: {assignIPs: All}, migration: {policyNameMigrator: Yes}}} | spec.controllers.policy.reconcilerPeriod, spec.controllers.loadBalancer.assignIPs, spec.controllers.migration.policyNameMigrator
          KubeControllersConfiguration | {name: default}     | {controllers: {node: {hostEndpoint: {templates: [{generateName: a}]}}}} | spec.controllers.node.hostEndpoint.templates[0].interfacePattern
          KubeControllersConfiguration | {name: default}     | {controllers: {node: {syncLabels: x, hostEndpoint: {templates: [{generateName: a, interfacePattern: eth}, {generateName: a, interfaceCIDRs: [10.0.0.1], interfacePattern: "(", nodeSelector: "(", labels: {a b: c}}]}}}} | spec.controllers.node.syncLabels, spec.controllers.node.hostEndpoint.templates[1].generateName, spec.controllers.node.hostEndpoint.templates[1].interfaceCIDRs, spec.controllers.node.hostEndpoint.templates[1].interfacePattern, spec.controllers.node.hostEndpoint.templates[1].nodeSelector, spec.controllers.node.hostEndpoint.templates[1].labels
          IPReservation       | {name: a.b}                  | {reservedCIDRs: [10.0.0.1/32, 10.1.2.3/8, "fd00::1/64"]}   |
          IPReservation       | {name: a}                    | {reservedCIDRs: [10.0.0.0/33]}                            | spec.reservedCIDRs[0]
          IPReservation       | {name: a}                    | {reservedCIDRs: [10.0.0.0/24, 10.0.0.1, "fd00::1"]}       | spec.reservedCIDRs[1], spec.reservedCIDRs[2]
          GlobalNetworkSet    | {name: a.b, labels: {a: b}}  | {nets: [192.0.2.0/24]}                                    |
          GlobalNetworkSet    | {name: A}                    | {nets: [192.0.2.0/24]}                                    | metadata.name
          GlobalNetworkSet    | {name: a, labels: {projectcalico.org/namespace: n}} | {}                                 | metadata.labels
          GlobalNetworkSet    | {name: a}                    | {nets: [""]}                                              | spec.nets[0]
          """)
  void metadata(String kind, String metadata, @Nullable String spec, @Nullable String refused) {
    String filled = spec == null ? "{cidr: 10.0.0.0/16}" : spec;
    assertThat(fields(kind, metadata, filled)).isEqualTo(refused == null ? "" : refused);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {cidr: 10.0.0.0/16}                                                          |
          {cidr: fd00::/48}                                                            |
          {cidr: fd00::/48, vxlanMode: Always}                                         |
          {cidr: fd00::/48, ipipMode: Always}                                          | spec.ipipMode
          {cidr: 10.0.0.0/16, ipipMode: CrossSubnet}                                   |
          {cidr: 10.0.0.0/16, ipipMode: Always, vxlanMode: Always}                     | spec.vxlanMode
          {cidr: 10.0.0.0/16, blockSize: 20}                                           |
          {cidr: 10.0.0.0/16, blockSize: 19}                                           | spec.blockSize
          {cidr: 10.0.0.0/16, blockSize: 33}                                           | spec.blockSize
          {cidr: fd00::/48, blockSize: 116}                                            |
          {cidr: fd00::/48, blockSize: 115}                                            | spec.blockSize
          {cidr: 10.0.0.0/27}                                                          | spec.cidr
          {cidr: 10.0.0.0/27, disabled: true}                                          |
          {cidr: 10.0.0.0/26}                                                          |
          {cidr: 169.254.1.0/24}                                                       | spec.cidr
          {cidr: fec0::/64}                                                            |
          {cidr: fe80::/64}                                                            | spec.cidr
          {cidr: 10.0.0.0/16, nodeSelector: has(rack)}                                 |
          {cidr: 10.0.0.0/16, nodeSelector: global()}                                  | spec.nodeSelector
          {cidr: 10.0.0.0/16, nodeSelector: rack ==}                                   | spec.nodeSelector
          {cidr: 10.0.0.0/16, namespaceSelector: a == 'b'}                             | spec.namespaceSelector
          {cidr: 10.0.0.0/16, namespaceSelector: a == 'b', allowedUses: [Workload]}    |
          {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer]}                             |
          {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer, Workload]}                   | spec.allowedUses
          {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer], vxlanMode: Always}          | spec.allowedUses
          {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer], disableBGPExport: true}     | spec.disableBGPExport
          {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer], nodeSelector: has(a)}       | spec.nodeSelector
          """)
  void pools(String spec, @Nullable String refused) {
    assertThat(fields("IPPool", "{name: p}", spec)).isEqualTo(refused == null ? "" : refused);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {action: Allow}                                                              |
          {action: Allow, ipVersion: 4}                                                |
          {action: Allow, ipVersion: 5}                                                | .ipVersion
          {action: Allow, protocol: TCP, destination: {ports: [80, "1:2", http]}}      |
          {action: Allow, protocol: UDPLite, destination: {ports: [80]}}               | .protocol
          {action: Allow, protocol: ICMP, source: {notPorts: [80]}}                    | .protocol
          {action: Allow, destination: {ports: [http]}}                                |
          {action: Allow, destination: {ports: [80]}}                                  | .destination.ports
          {action: Allow, protocol: TCP, destination: {ports: [Http]}}                 | .destination.ports[0]
          {action: Allow, protocol: TCP, destination: {ports: [a--b]}}                 | .destination.ports[0]
          {action: Allow, protocol: 0}                                                 | .protocol
          {action: Allow, protocol: ICMP, icmp: {type: 8, code: 0}}                    |
          {action: Allow, protocol: ICMP, icmp: {type: 255}}                           | .icmp.type
          {action: Allow, protocol: ICMP, icmp: {type: 8, code: 256}}                  | .icmp.code
          {action: Allow, protocol: ICMP, icmp: {code: 0}}                             | .icmp.code
          {action: Allow, icmp: {type: 8}}                                             | .protocol
          {action: Allow, protocol: ICMP, ipVersion: 6}                                | .ipVersion
          {action: Allow, protocol: ICMPv6, ipVersion: 6}                              |
          {action: Allow, protocol: ICMPv6, ipVersion: 4}                              | .ipVersion
          {action: Allow, source: {nets: [10.0.0.0/8]}}                                |
          {action: Allow, source: {nets: [10.0.0.1]}}                                  | .source.nets
          {action: Allow, source: {nets: [10.0.0.1/8]}}                                | .source.nets
          {action: Allow, source: {nets: [10.0.0.0/8]}, destination: {nets: ["::/1"]}} | here
          {action: Allow, ipVersion: 6, source: {nets: [10.0.0.0/8]}}                  | .ipVersion
          {action: Allow, source: {notNets: [0.0.0.0/0]}}                              | .source.notNets
          {action: Allow, source: {notNets: ["::/0"]}}                                 | .source.notNets
          {action: Allow, source: {notNets: ["0:0:0::/0"]}}                            | .source.notNets
          {action: Allow, source: {selector: "a in {'b'}"}}                            |
          {action: Allow, source: {selector: a in}}                                    | .source.selector
          {action: Allow, source: {namespaceSelector: global()}}                       |
          {action: Allow, source: {namespaceSelector: global() && has(a)}}             | .source.namespaceSelector
          {action: Allow, source: {services: {name: s, namespace: n}}}                 |
          {action: Allow, source: {services: {name: s}}}                               | .source.services.namespace
          {action: Allow, source: {services: {name: s, namespace: n}, selector: all()}} | .source.services
          {action: Allow, destination: {services: {name: s, namespace: n}}}            | .destination.services
          {action: Allow, http: {methods: [GET], paths: [{exact: /a}]}}                |
          {action: Deny, http: {methods: [GET]}}                                       | .action
          {action: Allow, protocol: UDP, http: {methods: [GET]}}                       | .protocol
          {action: Allow, http: {methods: [GET, GET]}}                                 | .http.methods
          {action: Allow, http: {paths: [{prefix: "/a?b"}]}}                           | .http.paths
          {action: Allow, http: {paths: [{exact: a}]}}                                 | .http.paths
          """)
  void ingressRules(String rule, @Nullable String refused) {
    String expected =
        refused == null ? "" : "spec.ingress[0]" + (refused.equals("here") ? "" : refused);
    assertThat(fields("GlobalNetworkPolicy", "{name: g}", "{ingress: [" + rule + "]}"))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          GlobalNetworkPolicy | {selector: has(a), namespaceSelector: has(b)}           |
          GlobalNetworkPolicy | {selector: has}                                         | spec.selector
          GlobalNetworkPolicy | {types: [Ingress, Ingress]}                             | spec.types
          GlobalNetworkPolicy | {doNotTrack: true, applyOnForward: true}                |
          GlobalNetworkPolicy | {doNotTrack: true}                                      | spec.applyOnForward
          GlobalNetworkPolicy | {doNotTrack: true, preDNAT: true, applyOnForward: true} | spec.preDNAT
          GlobalNetworkPolicy | {preDNAT: true, applyOnForward: true, types: [Egress]}  | spec.preDNAT
          GlobalNetworkPolicy | {performanceHints: [AssumeNeededOnEveryNode]}           |
          GlobalNetworkPolicy | {performanceHints: [Fast]}                              | spec.performanceHints
          GlobalNetworkPolicy | {egress: [{action: Allow, source: {services: {name: s, namespace: n}}}]} | spec.egress[0].source.services
          GlobalNetworkPolicy | {egress: [{action: Allow, http: {methods: [GET]}}]}     | spec.egress[0].http
          Profile             | {labelsToApply: {a: b}}                                 |
          Profile             | {labelsToApply: {a: b c}}                               | spec.labelsToApply[a]
          Node                | {}                                                      |
          Node                | {bgp: {}}                                               | spec.bgp
          Node                | {bgp: {ipv4Address: 10.0.0.1/24, asNumber: 65000}}      |
          Node                | {bgp: {ipv4Address: "fd00::1/64"}}                      | spec.bgp.ipv4Address
          Node                | {bgp: {routeReflectorClusterID: 1.2.3.4}}               |
          Node                | {bgp: {routeReflectorClusterID: x}}                     | spec.bgp.routeReflectorClusterID
          Node                | {vxlanTunnelMACAddr: "66:00:00:00:00:01"}               |
          Node                | {vxlanTunnelMACAddr: 66}                                | spec.vxlanTunnelMACAddr
          Node                | {addresses: [{address: 10.0.0.1, type: InternalIP}]}    |
          Node                | {addresses: [{address: 10.0.0.1, type: Home}]}          | spec.addresses[0].type
          BGPPeer             | {peerIP: 192.0.2.1, asNumber: 65000}                    |
          BGPPeer             | {peerIP: "192.0.2.1:1790", asNumber: 65000}             |
          BGPPeer             | {peerIP: "[fd00::1]:1790", asNumber: 65000}             |
          BGPPeer             | {peerIP: "192.0.2.1:0", asNumber: 65000}                | spec.peerIP
          BGPPeer             | {peerIP: "[192.0.2.1]:1790", asNumber: 65000}           | spec.peerIP
          BGPPeer             | {node: a, nodeSelector: all(), peerIP: 192.0.2.1}       | spec.nodeSelector
          BGPPeer             | {peerSelector: has(rr)}                                 |
          BGPPeer             | {peerSelector: has(rr), peerIP: 192.0.2.1}              | spec.peerSelector
          BGPPeer             | {peerSelector: has(rr), asNumber: 65000}                | spec.asNumber
          BGPPeer             | {localWorkloadSelector: has(rr)}                        | spec.asNumber
          BGPPeer             | {peerIP: 192.0.2.1, keepOriginalNextHop: true, nextHopMode: Self} | spec.nextHopMode
          BGPPeer             | {peerIP: 192.0.2.1, nextHopMode: Other}                 | spec.nextHopMode
          BGPPeer             | {peerIP: 192.0.2.1, keepaliveTime: 20s}                 |
          BGPPeer             | {peerIP: 192.0.2.1, keepaliveTime: twenty}              | spec.keepaliveTime
          BGPPeer             | {peerIP: 192.0.2.1, ttlSecurity: 256}                   | spec.ttlSecurity
          BGPPeer             | {peerIP: 192.0.2.1, reachableBy: 10.0.0.1}              |
          BGPPeer             | {peerIP: 192.0.2.1, reachableBy: "fd00::1"}             | spec.reachableBy
          BGPPeer             | {reachableBy: 10.0.0.1}                                 | spec.reachableBy
          FelixConfiguration  | {healthPort: 9099, vxlanEnabled: true, routeRefreshInterval: 90s} |
          FelixConfiguration  | {healthPort: 99999}                                     | spec.healthPort
          FelixConfiguration  | {vxlanEnabled: "yes"}                                   | spec.vxlanEnabled
          FelixConfiguration  | {routeRefreshInterval: soon}                            | spec.routeRefreshInterval
          FelixConfiguration  | {defaultEndpointToHostAction: Accept}                   |
          FelixConfiguration  | {defaultEndpointToHostAction: Perhaps}                  | spec.defaultEndpointToHostAction
          FelixConfiguration  | {noSuchField: 1}                                        | spec.noSuchField
          FelixConfiguration  | {failsafeInboundHostPorts: [{protocol: tcp, port: 22}]} |
          FelixConfiguration  | {failsafeInboundHostPorts: [{protocol: tcp}]}           | spec.failsafeInboundHostPorts
          FelixConfiguration  | {routeTableRange: {min: 1, max: 250}}                   |
          FelixConfiguration  | {routeTableRange: {min: 1, max: 251}}                   | spec.routeTableRange
          FelixConfiguration  | {routeTableRanges: [{min: 1, max: 70000}]}              | spec.routeTableRanges
          FelixConfiguration  | {natOutgoingAddress: 192.0.2.1}                         |
          FelixConfiguration  | {natOutgoingAddress: "fd00::1"}                         | spec.natOutgoingAddress
          FelixConfiguration  | {wireguardListeningPort: 0}                             | spec.wireguardListeningPort
          FelixConfiguration  | {nodeSelector: has(gpu)}                                |
          """)
  void otherKinds(String kind, String spec, @Nullable String refused) {
    assertThat(fields(kind, "{name: x}", spec)).isEqualTo(refused == null ? "" : refused);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          default | {asNumber: 65000, nodeToNodeMeshEnabled: true, logSeverityScreen: info} |
          node.a  | {asNumber: 65000}                                  | spec.asNumber
          node.a  | {serviceClusterIPs: [{cidr: 10.0.0.0/8}]}          | spec.serviceClusterIPs
          default | {logSeverityScreen: Loud}                          | spec.logSeverityScreen
          default | {listenPort: 0}                                    | spec.listenPort
          default | {ignoredInterfaces: [eth*]}                        |
          default | {ignoredInterfaces: ["*"]}                         | spec.ignoredInterfaces
          default | {communities: [{name: c, value: "1:2"}]}           | spec.communities
          default | {communities: [{name: c, value: "1:2"}], prefixAdvertisements: [{cidr: 10.0.0.0/8, communities: [c, "1:2:3"]}]} |
          default | {communities: [{name: c, value: "1:65536"}], prefixAdvertisements: [{cidr: 10.0.0.0/8, communities: [c]}]} | spec.communities.value
          default | {prefixAdvertisements: [{cidr: 10.0.0.0/8, communities: [d]}]} | spec.prefixAdvertisements.communities
          default | {nodeToNodeMeshEnabled: false, nodeMeshMaxRestartTime: 1s} | spec.nodeMeshMaxRestartTime
          default | {localWorkloadPeeringIPV4: "fd00::1"}              | spec.localWorkloadPeeringIPV4
          """)
  void bgpConfigurations(String name, String spec, @Nullable String refused) {
    assertThat(fields("BGPConfiguration", "{name: " + name + "}", spec))
        .isEqualTo(refused == null ? "" : refused);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          exportV4 | action: Accept                                                        |
          exportV4 | action: Perhaps                                                       | action
          importV4 | action: Reject, cidr: 10.0.0.0/8, matchOperator: In                   |
          importV4 | action: Reject, cidr: 10.0.0.0/8, matchOperator: Under                | matchOperator
          importV4 | action: Reject, cidr: 10.0.0.0/8                                      | matchOperator
          importV4 | action: Reject, matchOperator: In                                     | cidr
          importV4 | action: Reject, cidr: "fd00::/8", matchOperator: In                   | cidr
          importV6 | action: Reject, cidr: "fd00::/8", matchOperator: In                   |
          importV6 | action: Reject, cidr: 10.0.0.0/8, matchOperator: In                   | cidr
          exportV4 | action: Reject, prefixLength: {min: 8}                                | cidr
          exportV4 | action: Reject, cidr: 10.0.0.0/8, matchOperator: In, prefixLength: {min: 8, max: 32} |
          exportV4 | action: Reject, cidr: 10.0.0.0/8, matchOperator: In, prefixLength: {min: -1, max: 33} | prefixLength.min, prefixLength.max
          exportV6 | action: Reject, cidr: "fd00::/8", matchOperator: In, prefixLength: {max: 128} |
          exportV6 | action: Reject, cidr: "fd00::/8", matchOperator: In, prefixLength: {max: 129} | prefixLength.max
          exportV4 | action: Reject, source: RemotePeers, peerType: iBGP, interface: "*.cali" |
          exportV4 | action: Reject, source: Local                                         | source
          exportV4 | action: Reject, peerType: both                                        | peerType
          exportV4 | action: Reject, interface: "eth/0"                                    | interface
          exportV4 | action: Reject, interface: "*"                                        |
          exportV4 | action: Reject, communities: {values: ["1:2"]}                        |
          exportV4 | action: Reject, communities: {values: []}                             | communities.values
          exportV4 | action: Reject, communities: {values: ["1:2", "1:3"]}                 | communities.values
          exportV4 | action: Reject, communities: {values: ["1:65536"]}                    | communities.values
          exportV4 | action: Reject, communities: {values: ["no-export"]}                  | communities.values
          exportV4 | action: Reject, asPathPrefix: [65001, 4200000000], priority: 1        |
          exportV4 | action: Reject, priority: 0                                           | priority
          exportV4 | action: Reject, priority: 2147483647                                  | priority
          exportV4 | action: Reject, operations: [{setPriority: {value: 1}}]               | operations
          exportV4 | action: Accept, operations: [{setPriority: {value: 1}}, {addCommunity: {value: "1:2:3"}}, {prependASPath: {prefix: [1]}}] |
          exportV4 | action: Accept, operations: [{setPriority: {value: 0}}]               | operations[0].setPriority.value
          exportV4 | action: Accept, operations: [{setPriority: {}}]                       | operations[0].setPriority.value
          exportV4 | action: Accept, operations: [{}]                                      | operations[0]
          exportV4 | action: Accept, operations: [{addCommunity: {value: "1:2"}, setPriority: {value: 1}}] | operations[0]
          exportV4 | action: Accept, operations: [{addCommunity: {value: "1"}}]            | operations[0].addCommunity.value
          exportV4 | action: Accept, operations: [{prependASPath: {prefix: []}}]           | operations[0].prependASPath.prefix
          exportV4 | action: Accept, operations: [{prependASPath: {prefix: [1,2,3,4,5,6,7,8,9,10,11]}}] | operations[0].prependASPath.prefix
          """)
  void bgpFilters(String list, String rule, @Nullable String refused) {
    String prefix = "spec.%s[0].".formatted(list);
    assertThat(
            fields("BGPFilter", "{name: x}", "{%s: [{%s}]}".formatted(list, rule))
                .replace(prefix, ""))
        .isEqualTo(refused == null ? "" : refused);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          n--1-k8s-w-eth0 | {ipNetworks: [10.0.0.1/32]}                        |
          n-1-k8s-w-eth0  | {}                                                 | metadata.name
          n--1-k8s-w-eth0 | {ipNetworks: [10.0.0.0/31]}                        | spec.ipNetworks
          n--1-k8s-w-eth0 | {ipNetworks: [10.0.0.1/32], ipNATs: [{internalIP: 10.0.0.2, externalIP: 1.1.1.1}]} | spec.ipNATs.internalIP
          n--1-k8s-w-eth0 | {containerID: a_b, serviceAccountName: A}           | spec.containerID, spec.serviceAccountName
          n--1-k8s-w-eth0 | {interfaceName: a/b}                               | spec.interfaceName
          n--1-k8s-w-eth0 | {ports: [{name: http, protocol: TCP, port: 80}]}   |
          n--1-k8s-w-eth0 | {ports: [{name: http, protocol: ICMP, port: 80}]}  | spec.ports[0].protocol
          n--1-k8s-w-eth0 | {ports: [{name: http, protocol: TCP, port: 0}]}    | spec.ports[0].port
          n--1-k8s-w-eth0 | {ipv4Gateway: "fd00::1"}                           | spec.ipv4Gateway
          """)
  void endpoints(String name, String spec, @Nullable String refused) {
    String whole =
        "{node: n-1, orchestrator: k8s, pod: w, endpoint: eth0"
            + (spec.contains("interfaceName") ? "" : ", interfaceName: cali1")
            + (spec.equals("{}") ? "}" : ", " + spec.substring(1));
    assertThat(fields("WorkloadEndpoint", "{namespace: d, name: " + name + "}", whole))
        .isEqualTo(refused == null ? "" : refused);
  }

  private static String fields(String kind, String metadata, String spec) {
    String yaml =
        "apiVersion: projectcalico.org/v3\nkind: %s\nmetadata: %s\nspec: %s\n"
            .formatted(kind, metadata, spec);
    List<Resource> resources = ResourceCodec.read(yaml);
    return Validation.of(resources.getFirst()).stream()
        .map(Violation::field)
        .distinct()
        .collect(joining(", "));
  }
}
