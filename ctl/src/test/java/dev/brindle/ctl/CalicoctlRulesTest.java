// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules that calicoctl words as ones of a whole spec, of one rule in it or of the whole resource:
/// the field is found by what ours say after that.
final class CalicoctlRulesTest {

  private final Console console = new Console();

  @ParameterizedTest(name = "{0} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BGPPeer             | a             | {node: n, nodeSelector: all()}                               | spec (node and nodeSelector cannot both be set)
          BGPPeer             | a             | {peerIP: 192.0.2.1, peerSelector: all()}                       | spec (peerIP and peerSelector cannot both be set)
          BGPPeer             | a             | {peerSelector: all(), asNumber: 1}                           | spec (asNumber must be empty when peerSelector is set)
          BGPPeer             | a             | {localWorkloadSelector: all(), peerIP: 192.0.2.1, asNumber: 1} | spec (peerIP must be empty when localWorkloadSelector is set)
          BGPPeer             | a             | {localWorkloadSelector: all()}                               | spec (asNumber is required when localWorkloadSelector is set)
          BGPPeer             | a             | {reachableBy: 192.0.2.1}                                       | spec (reachableBy must be empty when peerIP is empty)
          BGPPeer             | a             | {peerIP: 192.0.2.1, asNumber: 1, keepOriginalNextHop: true, nextHopMode: Keep} | spec (keepOriginalNextHop and nextHopMode cannot both be set; keepOriginalNextHop is deprecated, use nextHopMode instead)
          BGPPeer             | a             | {localWorkloadSelector: all(), asNumber: 0}                  | spec (asNumber is required when localWorkloadSelector is set)
          BGPConfiguration    | default       | {nodeToNodeMeshEnabled: false, nodeMeshPassword: {secretKeyRef: {name: s, key: k}}} | spec (nodeMeshPassword cannot be set when nodeToNodeMeshEnabled is false)
          BGPConfiguration    | default       | {nodeToNodeMeshEnabled: false, nodeMeshMaxRestartTime: 10s}  | spec (nodeMeshMaxRestartTime cannot be set when nodeToNodeMeshEnabled is false)
          BGPConfiguration    | default       | {communities: [{name: c, value: "1:2"}]}                     | spec (communities are defined but not used in prefixAdvertisements)
          BGPFilter           | a             | {importV4: [{action: Accept, cidr: 10.0.0.0/8}]}              | spec.importV4[0] (cidr and matchOperator must both be set or both be empty)
          BGPFilter           | a             | {importV4: [{action: Accept, matchOperator: In}]}            | spec.importV4[0] (cidr and matchOperator must both be set or both be empty)
          BGPFilter           | a             | {importV6: [{action: Accept, prefixLength: {min: 8, max: 9}}]} | spec.importV6[0] (cidr is required when prefixLength is set)
          BGPFilter           | a             | {importV4: [{action: Reject, operations: [{setPriority: {value: 1}}]}]} | spec.importV4[0] (operations may only be used with action Accept)
          BGPFilter           | a             | {importV4: [{action: Accept, operations: [{}]}]}             | spec.importV4[0].operations[0] (spec.importV4[0].operations[0] in body should have at least 1 properties)
          BGPFilter           | a             | {importV4: [{action: Accept, operations: [{setPriority: {value: 1}, addCommunity: {value: "1:2"}}]}]} | spec.importV4[0].operations[0] (must have at most 1 item)
          FelixConfiguration  | default       | {routeTableRange: {min: 1, max: 2}, routeTableRanges: [{min: 3, max: 4}]} | spec (routeTableRange and routeTableRanges cannot both be set)
          FelixConfiguration  | default       | {natOutgoingAddress: "fd00::1"}                              | spec (natOutgoingAddress must be a valid IPv4 address)
          FelixConfiguration  | default       | {deviceRouteSourceAddress: "fd00::1"}                        | spec (deviceRouteSourceAddress must be a valid IPv4 address)
          FelixConfiguration  | default       | {deviceRouteSourceAddressIPv6: 192.0.2.1}                      | spec (deviceRouteSourceAddressIPv6 must be a valid IPv6 address)
          FelixConfiguration  | default       | {nodeSelector: all()}                                        | FelixConfiguration (nodeSelector must not be set on the 'default' or per-node ('node.*') FelixConfiguration)
          GlobalNetworkPolicy | a             | {preDNAT: true, doNotTrack: true, applyOnForward: true}      | spec (preDNAT and doNotTrack cannot both be true)
          GlobalNetworkPolicy | a             | {preDNAT: true, applyOnForward: true, egress: [{action: Allow}]} | spec (preDNAT policy cannot have any egress rules)
          GlobalNetworkPolicy | a             | {preDNAT: true, applyOnForward: true, types: [Egress]}       | spec (preDNAT policy cannot have 'Egress' type)
          GlobalNetworkPolicy | a             | {preDNAT: true}                                              | spec (applyOnForward must be true if either preDNAT or doNotTrack is true)
          GlobalNetworkPolicy | a             | {doNotTrack: true}                                           | spec (applyOnForward must be true if either preDNAT or doNotTrack is true)
          GlobalNetworkPolicy | a             | {selector: global()}                                         | spec (global() can only be used in an EntityRule namespaceSelector)
          GlobalNetworkPolicy | a             | {serviceAccountSelector: global()}                           | spec (global() can only be used in an EntityRule namespaceSelector)
          GlobalNetworkPolicy | a             | {namespaceSelector: global()}                                | spec (global() can only be used in an EntityRule namespaceSelector)
          NetworkPolicy       | a             | {selector: global()}                                         | spec (global() can only be used in an EntityRule namespaceSelector)
          HostEndpoint        | a             | {node: n}                                                    | spec (at least one of interfaceName or expectedIPs must be specified)
          HostEndpoint        | a             | {interfaceName: eth0}                                        | spec (node must be specified)
          HostEndpoint        | a             | {node: "", interfaceName: eth0}                              | spec (node must be specified)
          IPPool              | a             | {cidr: 10.0.0.0/16, ipipMode: Always, vxlanMode: Always}     | spec (ipipMode and vxlanMode cannot both be enabled)
          IPPool              | a             | {cidr: 10.0.0.0/16, ipipMode: Always, allowedUses: [LoadBalancer]} | spec (LoadBalancer IP pool cannot have IPIP or VXLAN enabled)
          IPPool              | a             | {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer, Workload]}   | spec (LoadBalancer cannot be combined with Workload or Tunnel allowed uses)
          IPPool              | a             | {cidr: "fd00::/64", ipipMode: Always}                        | spec (IPIP is not supported on IPv6 pools)
          IPPool              | a             | {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer], disableBGPExport: true} | spec (LoadBalancer IP pools cannot disable BGP export)
          IPPool              | a             | {cidr: 10.0.0.0/16, allowedUses: [LoadBalancer], nodeSelector: has(x)} | spec (IP Pool with AllowedUse LoadBalancer must have nodeSelector set to all())
          IPPool              | a             | {cidr: 10.0.0.0/16, allowedUses: [Tunnel], namespaceSelector: all()} | spec (IP Pool with AllowedUse Tunnel cannot have namespaceSelector)
          IPPool              | a             | {cidr: 10.0.0.0/16, nodeSelector: global()}                  | spec (global() selector is not valid for IPPool nodeSelector)
          IPPool              | a             | {cidr: 10.0.0.0/16, namespaceSelector: global()}             | spec (global() selector is not valid for IPPool namespaceSelector)
          IPPool              | a             | {cidr: 169.254.0.0/16}                                       | spec (IPPool CIDR overlaps with IPv4 link local range 169.254.0.0/16)
          IPPool              | a             | {cidr: "fe80::/64"}                                          | spec (IPPool CIDR overlaps with IPv6 link local range fe80::/10)
          IPPool              | a             | {cidr: 10.0.0.0/16, blockSize: 19}                           | spec (blockSize must be between 20 and 32 for IPv4 pools, and between 116 and 128 for IPv6 pools)
          IPPool              | a             | {cidr: "fd00::/64", blockSize: 64}                           | spec (blockSize must be between 20 and 32 for IPv4 pools, and between 116 and 128 for IPv6 pools)
          IPPool              | a             | {cidr: 10.0.0.0/27}                                          | spec (IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the block size.)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, http: {methods: [GET]}, protocol: UDP}]} | spec.ingress[0] (rules with HTTP match must have protocol TCP or unset)
          GlobalNetworkPolicy | a             | {ingress: [{action: Deny, http: {methods: [GET]}}]}          | spec.ingress[0] (HTTP match is only valid on Allow rules)
          GlobalNetworkPolicy | a             | {egress: [{action: Allow, protocol: TCP, destination: {ports: [80], services: {name: s, namespace: n}}}]} | spec.egress[0] (ports and notPorts cannot be specified with services)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, icmp: {type: 8}}]}                | spec.ingress[0] (ICMP fields require protocol to be ICMP or ICMPv6)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, protocol: TCP, icmp: {type: 8}}]} | spec.ingress[0] (ICMP fields require protocol to be ICMP or ICMPv6)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, protocol: ICMP, ipVersion: 6}]}   | spec.ingress[0] (protocol ICMP requires ipVersion 4)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, protocol: ICMPv6, ipVersion: 4}]} | spec.ingress[0] (protocol ICMPv6 requires ipVersion 6)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, notProtocol: ICMP, ipVersion: 6}]} | spec.ingress[0] (protocol ICMP requires ipVersion 4)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, notProtocol: 58, ipVersion: 4}]}  | spec.ingress[0] (protocol ICMPv6 requires ipVersion 6)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, protocol: ICMP, icmp: {code: 0}}]} | spec.ingress[0].icmp (ICMP code specified without an ICMP type)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, source: {selector: global()}}]}   | spec.ingress[0].source (global() can only be used in an EntityRule namespaceSelector)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, source: {services: {name: s, namespace: n}, namespaceSelector: all()}}]} | spec.ingress[0].source (cannot specify NamespaceSelector and Services on the same rule)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, source: {services: {name: s, namespace: n}, serviceAccounts: {names: [a]}}}]} | spec.ingress[0].source (cannot specify ServiceAccounts and Services on the same rule)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, source: {services: {name: s, namespace: n}, selector: all()}}]} | spec.ingress[0].source (cannot specify Selector/NotSelector and Services on the same rule)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, source: {services: {name: s, namespace: n}, notNets: [10.0.0.0/8]}}]} | spec.ingress[0].source (cannot specify Nets/NotNets and Services on the same rule)
          Tier                | default       | {order: 5}                                                   | Tier (default tier order must be 1000000)
          Tier                | default       | {order: 1000000, defaultAction: Pass}                        | Tier (The 'default' tier must have default action 'Deny')
          Tier                | kube-admin    | {order: 1000}                                                | Tier (The 'kube-admin' tier must have default action 'Pass')
          Tier                | kube-admin    | {order: 5, defaultAction: Pass}                              | Tier (kube-admin tier order must be 1000)
          Tier                | kube-baseline | {defaultAction: Pass}                                        | Tier (kube-baseline tier order must be 10000000)
          BGPPeer             | a             | {peerIP: 192.0.2.1, reachableBy: "fd00::1"}                  | ReachableBy = 'fd00::1' (ReachableBy and PeerIP address family mismatched)
          FelixConfiguration  | default       | {natOutgoingAddress: x}                                      | NATOutgoingAddress = 'x' (is not a valid IP address)
          FelixConfiguration  | default       | {routeTableRange: {min: 0, max: 2}}                          | (must be a range of route table indices within 1..250)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, source: {services: {namespace: n}}}]} | (services must specify a service name)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, source: {services: {name: s}}}]}  | Namespace = '' (must specify a namespace)
          GlobalNetworkPolicy | a             | {ingress: [{action: Allow, destination: {services: {name: s, namespace: n}}}]} | (not allowed in ingress rule destination)
          GlobalNetworkPolicy | a             | {egress: [{action: Allow, source: {services: {name: s, namespace: n}}}]} | (not allowed in egress rule source)
          StagedNetworkPolicy | a             | {stagedAction: Delete, selector: all()}                      | (Spec fields, except Tier, should all be zero-value if stagedAction is Delete)
          StagedKubernetesNetworkPolicy | a   | {stagedAction: Delete, podSelector: {matchLabels: {a: b}}}   | (Spec fields should all be zero-value if stagedAction is Delete)
          StagedKubernetesNetworkPolicy | a   | {ingress: [{ports: [{port: 80, endPort: 79}]}]}              | PolicySpec (conversion to stagednetworkpolicy failed) at spec.ingress[0].ports[0].endPort = '79': minimum port number (80) is greater than maximum port number (79)
          StagedKubernetesNetworkPolicy | a   | {egress: [{}, {ports: [{port: 80, endPort: 65536}]}]}        | at spec.egress[1].ports[0].endPort = '65536': invalid maximum port number in range (80:65536)
          StagedKubernetesNetworkPolicy | a   | {ingress: [{ports: [{port: http, endPort: 90}]}]}            | conversion to stagednetworkpolicy failed
          StagedKubernetesNetworkPolicy | a   | {policyTypes: [Ingress, Egress, Ingress]}                    | (must have at most 2 items)
          Tier                | a             | {defaultAction: Allow}                                       | DefaultAction = 'Allow' (supported values: "Pass", "Deny")
          """)
  void broken(String kind, String name, String spec, String words) {
    assertThat(validate(kind, name, spec)).isEqualTo(1);

    assertThat(console.err())
        .startsWith("failed to validate '%s' resource: [error with ".formatted(kind))
        .contains(words)
        .contains(" at spec");
  }

  /// Zero stands for no AS number; an end without a first port means nothing.
  @ParameterizedTest(name = "{0} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          BGPPeer                       | a             | {peerSelector: all(), asNumber: 0}
          BGPPeer                       | a             | {peerIP: 192.0.2.1, asNumber: 0}
          BGPPeer                       | a             | {peerIP: 192.0.2.1, asNumber: 4294967295}
          BGPPeer                       | a             | {peerIP: 192.0.2.1, reachableBy: 192.0.2.9}
          FelixConfiguration            | default       | {natOutgoingAddress: ""}
          HostEndpoint                  | a             | {node: n, expectedIPs: [192.0.2.1]}
          StagedKubernetesNetworkPolicy | a             | {ingress: [{ports: [{port: 80, endPort: 80}]}]}
          StagedKubernetesNetworkPolicy | a             | {ingress: [{ports: [{endPort: 80}]}]}
          Tier                          | default       | {}
          Tier                          | default       | {order: 1000000, defaultAction: Deny}
          Tier                          | kube-admin    | {order: 1000, defaultAction: Pass}
          Tier                          | kube-baseline | {order: 10000000, defaultAction: Pass}
          """)
  void kept(String kind, String name, String spec) {
    assertThat(validate(kind, name, spec)).as("%s", console.err()).isZero();
  }

  private int validate(String kind, String name, String spec) {
    String yaml =
        "apiVersion: projectcalico.org/v3\nkind: %s\nmetadata: {name: %s}\nspec: %s\n"
            .formatted(kind, name, spec);
    return console.run(yaml, "validate", "-f", "-");
  }
}
