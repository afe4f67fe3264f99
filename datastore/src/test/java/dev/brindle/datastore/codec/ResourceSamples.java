// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import java.util.EnumMap;
import java.util.Map;

/// One document of each kind that uses every field we know.
public final class ResourceSamples {

  private static final String RULE =
      """
          - action: Allow
            destination:
              nets:
              - 10.0.0.0/8
              notNets:
              - 10.1.0.0/16
              notPorts:
              - 8080
              notSelector: role == 'x'
              ports:
              - 80
              - 1000:2000
              - http
              selector: role == 'db'
            http:
              methods:
              - GET
              paths:
              - exact: /a
              - prefix: /b
            icmp:
              code: 0
              type: 0
            ipVersion: 4
            metadata:
              annotations:
                empty: ""
                note: because
            notICMP:
              type: 8
            notProtocol: 253
            protocol: TCP
            source:
              namespaceSelector: all()
              serviceAccounts:
                names:
                - sa
                selector: has(a)
              services:
                name: svc
                namespace: ns
      """;

  private static final Map<ResourceKind, String> SPECS = new EnumMap<>(ResourceKind.class);

  static {
    SPECS.put(
        ResourceKind.BGP_CONFIGURATION,
        """
        spec:
          asNumber: 4200000000
          bindMode: NodeIP
          communities:
          - name: c
            value: "64512:1"
          ignoredInterfaces:
          - eth9
          ipv4NormalRoutePriority: 1024
          ipv6NormalRoutePriority: 1025
          listenPort: 1790
          localWorkloadPeeringIPV4: 192.0.2.1
          localWorkloadPeeringIPV6: 2001:db8::1
          logSeverityScreen: Info
          nodeMeshMaxRestartTime: 2m0s
          nodeMeshPassword:
            secretKeyRef:
              key: k
              name: n
              optional: true
          nodeToNodeMeshEnabled: false
          prefixAdvertisements:
          - cidr: 10.0.0.0/8
            communities:
            - c
          programClusterRoutes: Enabled
          serviceClusterIPs:
          - cidr: 10.96.0.0/12
          serviceExternalIPs:
          - cidr: 192.0.2.0/24
          serviceLoadBalancerAggregation: Disabled
          serviceLoadBalancerIPs:
          - cidr: 198.51.100.0/24
        """);
    SPECS.put(
        ResourceKind.BGP_FILTER,
        """
        spec:
          exportV4:
          - action: Accept
            asPathPrefix:
            - 65001
            - 65002
            cidr: 10.0.0.0/8
            communities:
              values:
              - 64512:100
            interface: eth*
            matchOperator: In
            operations:
            - addCommunity:
                value: "64512:1:2"
            - prependASPath:
                prefix:
                - 64512
            - setPriority:
                value: 100
            peerType: eBGP
            prefixLength:
              max: 24
              min: 0
            priority: 1024
            source: RemotePeers
          exportV6:
          - action: Reject
            cidr: 2001:db8::/32
            matchOperator: NotIn
          importV4:
          - action: Reject
          importV6:
          - action: Accept
            cidr: 2001:db8::/32
            matchOperator: Equal
        """);
    SPECS.put(
        ResourceKind.BGP_PEER,
        """
        spec:
          asNumber: 64512
          filters:
          - f
          keepOriginalNextHop: true
          keepaliveTime: 10s
          localASNumber: 64513
          localWorkloadSelector: has(bgp)
          maxRestartTime: 2m0s
          nextHopMode: Self
          node: n1
          nodeSelector: has(rr)
          numAllowedLocalASNumbers: 0
          password:
            secretKeyRef:
              key: k
              name: n
          peerIP: '[2001:db8::1]:1790'
          peerSelector: has(x)
          reachableBy: 192.0.2.1
          reversePeering: Auto
          sourceAddress: None
          ttlSecurity: 1
        """);
    SPECS.put(
        ResourceKind.BLOCK_AFFINITY,
        """
        spec:
          cidr: 10.0.0.0/26
          deleted: true
          node: n1
          state: pendingDeletion
          type: host
        """);
    SPECS.put(
        ResourceKind.CLUSTER_INFORMATION,
        """
        spec:
          calicoVersion: v3.32.0
          clusterGUID: 0123456789abcdef0123456789abcdef
          clusterType: kdd,bgp
          datastoreReady: false
          variant: Calico
        """);
    SPECS.put(
        ResourceKind.FELIX_CONFIGURATION,
        """
        spec:
          bpfEnabled: false
          failsafeInboundHostPorts:
          - port: 22
            protocol: tcp
          floatingPoint: 1.5
          logSeverityScreen: Info
          natPortRange: 32768:65535
          vxlanVNI: 4096
        """);
    SPECS.put(
        ResourceKind.GLOBAL_NETWORK_POLICY,
        """
        spec:
          applyOnForward: true
          doNotTrack: true
          egress:
        %s\
          ingress:
        %s\
          namespaceSelector: all()
          order: 10.5
          performanceHints:
          - AssumeNeededOnEveryNode
          preDNAT: true
          selector: has(a) && !has(b)
          serviceAccountSelector: has(c)
          tier: t
          types:
          - Ingress
          - Egress
        """
            .formatted(RULE.indent(-2), RULE.indent(-2)));
    SPECS.put(
        ResourceKind.GLOBAL_NETWORK_SET,
        """
        spec:
          nets:
          - 192.0.2.7/24
          - 2001:db8::1
        """);
    SPECS.put(
        ResourceKind.NETWORK_SET,
        """
        spec:
          nets:
          - 10.0.0.1
        """);
    SPECS.put(
        ResourceKind.HOST_ENDPOINT,
        """
        spec:
          expectedIPs:
          - 192.0.2.1
          - 2001:db8::1
          interfaceName: eth0
          node: n1
          ports:
          - name: http
            port: 80
            protocol: TCP
          profiles:
          - p
        """);
    SPECS.put(
        ResourceKind.CALICO_NODE_STATUS,
        """
        spec:
          classes:
          - Agent
          - BGP
          node: n1
          updatePeriodSeconds: 0
        """);
    SPECS.put(
        ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
        """
        spec:
          controllers:
            loadBalancer:
              assignIPs: AllServices
            migration:
              policyNameMigrator: Enabled
            namespace:
              reconcilerPeriod: 5m0s
            node:
              hostEndpoint:
                autoCreate: Enabled
                createDefaultHostEndpoint: Disabled
                templates:
                - annotations:
                    c: d
                  generateName: t
                  interfaceCIDRs:
                  - 192.0.2.0/24
                  interfacePattern: eth.*
                  labels:
                    a: b
                  nodeSelector: all()
              leakGracePeriod: 15m0s
              reconcilerPeriod: 5m0s
              syncLabels: Enabled
            policy: {}
            serviceAccount:
              reconcilerPeriod: 1m0s
            workloadEndpoint:
              reconcilerPeriod: 1m0s
          debugProfilePort: 0
          etcdV3CompactionPeriod: 10m0s
          healthChecks: Enabled
          logSeverityScreen: Info
          prometheusMetricsPort: 9094
        status: {}
        """);
    SPECS.put(
        ResourceKind.STAGED_NETWORK_POLICY,
        """
        spec:
          egress:
        %s\
          order: 0
          performanceHints:
          - AssumeNeededOnEveryNode
          selector: all()
          serviceAccountSelector: has(c)
          stagedAction: Set
          tier: default
          types:
          - Egress
        """
            .formatted(RULE.indent(-2)));
    SPECS.put(
        ResourceKind.STAGED_GLOBAL_NETWORK_POLICY,
        """
        spec:
          applyOnForward: true
          doNotTrack: true
          ingress:
        %s\
          namespaceSelector: all()
          order: 10.5
          performanceHints:
          - AssumeNeededOnEveryNode
          preDNAT: true
          selector: has(a)
          serviceAccountSelector: has(c)
          stagedAction: Learn
          tier: t
          types:
          - Ingress
        """
            .formatted(RULE.indent(-2)));
    SPECS.put(
        ResourceKind.STAGED_KUBERNETES_NETWORK_POLICY,
        """
        spec:
          egress:
          - ports:
            - endPort: 90
              port: 80
              protocol: TCP
            - port: http
            to:
            - ipBlock:
                cidr: 10.0.0.0/8
                except:
                - 10.1.0.0/16
          - {}
          ingress:
          - from:
            - namespaceSelector: {}
              podSelector:
                matchExpressions:
                - key: a
                  operator: In
                  values:
                  - b
            ports:
            - protocol: UDP
          podSelector:
            matchLabels:
              app: web
          policyTypes:
          - Ingress
          - Egress
          stagedAction: Set
        """);
    SPECS.put(
        ResourceKind.IP_RESERVATION,
        """
        spec:
          reservedCIDRs:
          - 10.0.0.1/32
          - 10.0.0.7/24
        """);
    SPECS.put(
        ResourceKind.IPAM_BLOCK,
        """
        spec:
          affinity: host:n1
          affinityClaimTime: "2026-11-21T00:00:00Z"
          allocations:
          - 0
          - null
          - 1
          attributes:
          - handle_id: h
            secondary:
              node: n1
          - alternateOwnerAttrs:
              pod: p
            releasedAt: "2026-11-21T00:00:01Z"
          cidr: 10.0.0.0/30
          deleted: true
          sequenceNumber: 1764000000000000000
          sequenceNumberForAllocation:
            "0": 1764000000000000000
          unallocated: []
        """);
    SPECS.put(
        ResourceKind.IPAM_CONFIG,
        """
        spec:
          autoAllocateBlocks: false
          ipCooldownSeconds: 30
          kubeVirtVMAddressPersistence: Enabled
          maxBlocksPerHost: 4
          strictAffinity: true
        """);
    SPECS.put(
        ResourceKind.IPAM_HANDLE,
        """
        spec:
          block:
            10.0.0.0/26: 2
          deleted: true
          handleID: Net.A
        """);
    SPECS.put(
        ResourceKind.IP_POOL,
        """
        spec:
          allowedUses:
          - Workload
          assignmentMode: Manual
          blockSize: 28
          cidr: 10.0.0.0/16
          disableBGPExport: true
          disabled: true
          ipipMode: CrossSubnet
          namespaceSelector: has(ns)
          natOutgoing: true
          nodeSelector: '!has(a)'
          vxlanMode: Never
        """);
    SPECS.put(
        ResourceKind.NETWORK_POLICY,
        """
        spec:
          egress:
        %s\
          order: 0
          performanceHints:
          - AssumeNeededOnEveryNode
          selector: all()
          serviceAccountSelector: has(c)
          tier: default
          types:
          - Egress
        """
            .formatted(RULE.indent(-2)));
    SPECS.put(
        ResourceKind.NODE,
        """
        spec:
          addresses:
          - address: 192.0.2.1/24
            type: CalicoNodeIP
          bgp:
            asNumber: 64512
            ipv4Address: 192.0.2.1/24
            ipv4IPIPTunnelAddr: 10.0.0.1
            ipv6Address: 2001:db8::1/64
            routeReflectorClusterID: 1.0.0.1
          interfaces:
          - addresses:
            - 192.0.2.1
            name: eth0
          ipv4VXLANTunnelAddr: 10.0.0.2
          ipv6VXLANTunnelAddr: fd00::2
          orchRefs:
          - nodeName: n1
            orchestrator: k8s
          vxlanTunnelMACAddr: "66:00:00:00:00:01"
          vxlanTunnelMACAddrV6: "66:00:00:00:00:02"
          wireguard:
            interfaceIPv4Address: 10.0.0.3
            interfaceIPv6Address: fd00::3
        status: {}
        """);
    SPECS.put(
        ResourceKind.PROFILE,
        """
        spec:
          egress:
        %s\
          ingress:
        %s\
          labelsToApply:
            a: "1"
            multi: |-
              two
              lines
            "true": "yes"
        """
            .formatted(RULE.indent(-2), RULE.indent(-2)));
    SPECS.put(
        ResourceKind.TIER,
        """
        spec:
          defaultAction: Pass
          order: 1000
        status: {}
        """);
    SPECS.put(
        ResourceKind.WORKLOAD_ENDPOINT,
        """
        spec:
          allowSpoofedSourcePrefixes:
          - 192.0.2.0/24
          containerID: c
          endpoint: eth0
          interfaceName: cali123
          ipNATs:
          - externalIP: 192.0.2.9
            internalIP: 10.0.0.5
          ipNetworks:
          - 10.0.0.5/32
          ipv4Gateway: 169.254.1.1
          ipv6Gateway: fe80::1
          mac: ee:ee:ee:ee:ee:ee
          node: n1
          orchestrator: k8s
          pod: p
          ports:
          - hostIP: 192.0.2.1
            hostPort: 8080
            name: http
            port: 80
            protocol: TCP
          profiles:
          - kns.default
          qosControls:
            dscp: EF
            ingressBandwidth: 1000
          serviceAccountName: sa
          workload: w
        """);
  }

  private ResourceSamples() {}

  /// As `ResourceCodec.yaml` prints it.
  public static String of(ResourceKind kind) {
    String namespace = kind.isNamespaced() ? "  namespace: ns\n" : "";
    return """
    apiVersion: projectcalico.org/v3
    kind: %s
    metadata:
      annotations:
        a/b: c
      creationTimestamp: "2026-11-21T00:00:00Z"
      labels:
        app: web
      name: sample
    %s\
      resourceVersion: "5"
      uid: 11111111-2222-3333-4444-555555555555
    %s"""
        .formatted(kind, namespace, SPECS.get(kind));
  }

  /// As a store has it, also of kinds that nobody writes by hand.
  public static Resource read(ResourceKind kind) {
    try {
      return ResourceCodec.readStored(kind, (ObjectNode) new YAMLMapper().readTree(of(kind)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
