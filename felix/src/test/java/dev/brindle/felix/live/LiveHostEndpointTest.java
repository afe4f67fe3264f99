// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.felix.endpoint.EndpointStatus.State;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What policy of each class lets into a host, out of it and through it, on the real kernel.
class LiveHostEndpointTest {

  private HostRig rig;

  @BeforeEach
  void aMachineWithNeighbours() throws InterruptedException {
    Machine.assumeRoot();
    rig = new HostRig();
  }

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  @Test
  void withoutPolicyAHostEndpointIsClosedButForFailsafePorts() throws Exception {
    assertThat(rig.in(7)).isTrue();
    rig.host("h", "interfaceName: eth0");
    assertThat(rig.machine.report().problems()).isEmpty();
    rig.machine.awaitState(HostRig.KEY, State.UP);
    assertThat(rig.in(7)).isFalse();
    assertThat(rig.out(7)).isFalse();
    assertThat(Traffic.ping(rig.outside.namespace(), HostRig.HOST)).isFalse();
    assertThat(rig.tcpIn(80)).isFalse();
    for (int port : List.of(22, 179, 2379, 6443)) {
      assertThat(rig.tcpIn(port)).as("failsafe inbound tcp %d", port).isTrue();
    }
    assertThat(rig.in(68)).isTrue();
    assertThat(rig.in(53)).isFalse();
    assertThat(rig.out(53)).isTrue();
    assertThat(rig.tcpOut(179)).isTrue();
    assertThat(rig.tcpOut(22)).isFalse();

    assertThat(rig.toPod(7)).as("what is forwarded needs a policy that says so").isTrue();
    assertThat(rig.fromPod(7)).isTrue();
    assertThat(rig.through(7)).isTrue();
    assertThat(Traffic.udp(rig.inside.namespace(), rig.machine.namespace(), HostRig.HOST, 7))
        .as("eth1 is no host endpoint")
        .isTrue();
    assertThat(Traffic.udp(rig.machine.namespace(), rig.pod, HostRig.POD, 7)).isTrue();
    assertThat(Traffic.udp(rig.machine.namespace(), rig.machine.namespace(), "127.0.0.1", 7))
        .isTrue();
  }

  @Test
  void failsafePortsAreASetting() throws Exception {
    rig.host("h", "interfaceName: eth0");
    rig.cluster.put(
        rig.machine,
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec:
          failsafeInboundHostPorts:
            - {protocol: UDP, port: 7, net: 192.0.2.128/25}
            - {protocol: UDP, port: 8, net: 192.0.2.0/25}
          failsafeOutboundHostPorts: []
        """);
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.in(8)).isFalse();
    assertThat(rig.tcpIn(22)).isFalse();
    assertThat(rig.out(53)).isFalse();
  }

  @Test
  void theProfileThatAllowsAllDoesSo() throws Exception {
    rig.host("h", "interfaceName: eth0, profiles: [projectcalico-default-allow]");
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.out(7)).isTrue();

    rig.policy("in", "ingress: [{action: Allow, protocol: UDP, destination: {ports: [8]}}]");
    assertThat(rig.in(7)).as("a policy of that direction hides the profile").isFalse();
    assertThat(rig.in(8)).isTrue();
    assertThat(rig.out(7)).as("not of the other").isTrue();
  }

  @Test
  void ordinaryPolicyIsAboutTheHostItself() throws Exception {
    rig.host("h", "interfaceName: eth0");
    rig.policy(
        "both",
        """
        ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}]
        egress: [{action: Allow, protocol: UDP, destination: {ports: [8]}}]
        """);
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.in(8)).isFalse();
    assertThat(rig.out(8)).isTrue();
    assertThat(rig.out(7)).isFalse();
    assertThat(rig.toPod(9)).isTrue();
    assertThat(rig.fromPod(9)).isTrue();
    assertThat(rig.through(9)).isTrue();
  }

  @Test
  void tiersPassAndDeny() throws Exception {
    rig.host("h", "interfaceName: eth0, profiles: [projectcalico-default-allow]");
    rig.cluster.put("kind: Tier\nmetadata: {name: first}\nspec: {order: 10, defaultAction: Pass}");
    rig.policy(
        "first.gate",
        """
        tier: first
        ingress: [{action: Deny, protocol: UDP, destination: {ports: [7]}}]
        """);
    assertThat(rig.in(7)).isFalse();
    assertThat(rig.in(8)).isTrue();
    rig.cluster.put(
        rig.machine, "kind: Tier\nmetadata: {name: first}\nspec: {order: 10, defaultAction: Deny}");
    assertThat(rig.in(8)).isFalse();
  }

  @Test
  void policyOnForwardIsAboutWhatGoesThroughToo() throws Exception {
    rig.host("h", "interfaceName: eth0");
    rig.policy(
        "on-forward",
        """
        applyOnForward: true
        ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}]
        egress: [{action: Allow, protocol: UDP, destination: {ports: [8]}}]
        """);
    assertThat(rig.toPod(7)).isTrue();
    assertThat(rig.toPod(8)).isFalse();
    assertThat(rig.fromPod(8)).isTrue();
    assertThat(rig.fromPod(7)).isFalse();
    assertThat(rig.through(7)).isTrue();
    assertThat(rig.through(8)).isFalse();
    assertThat(Traffic.udp(rig.inside.namespace(), rig.outside.namespace(), HostRig.OUTSIDE, 8))
        .isTrue();
    assertThat(Traffic.udp(rig.inside.namespace(), rig.outside.namespace(), HostRig.OUTSIDE, 7))
        .isFalse();
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.in(8)).isFalse();
    assertThat(Traffic.tcp(rig.outside.namespace(), rig.pod, HostRig.POD, 22))
        .as("failsafe ports are the host's, not the pods'")
        .isFalse();
  }

  @Test
  void aPodsOwnPolicyHasItsSayAfterTheHosts() throws Exception {
    rig.host("h", "interfaceName: eth0");
    rig.policy("on-forward", "applyOnForward: true\ningress: [{action: Allow, protocol: UDP}]\n");
    rig.cluster.put(
        rig.machine,
        """
        kind: NetworkPolicy
        metadata: {name: web, namespace: ns}
        spec:
          selector: app == 'web'
          ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}]
        """);
    assertThat(rig.toPod(7)).isTrue();
    assertThat(rig.toPod(8)).isFalse();
  }

  @Test
  void policyBeforeTranslationSeesTheAddressThatWasAskedFor() throws Exception {
    rig.translate("prerouting", "ip daddr 192.0.2.1 udp dport { 7, 8 } dnat to 10.65.0.2");
    assertThat(Traffic.udp(rig.outside.namespace(), rig.pod, HostRig.HOST, 7)).isTrue();
    rig.host("h", "interfaceName: eth0, profiles: [projectcalico-default-allow]");
    rig.policy(
        "pre",
        """
        preDNAT: true
        applyOnForward: true
        ingress:
          - {action: Deny, protocol: UDP, destination: {nets: [192.0.2.1/32], ports: [7, 22]}}
          - {action: Deny, protocol: TCP, destination: {ports: [22]}}
        """);
    assertThat(Traffic.udp(rig.outside.namespace(), rig.pod, HostRig.HOST, 7)).isFalse();
    assertThat(Traffic.udp(rig.outside.namespace(), rig.pod, HostRig.HOST, 8)).isTrue();
    assertThat(rig.toPod(7)).as("asked for at the pod's own address").isTrue();
    assertThat(rig.in(9)).isTrue();
    assertThat(rig.tcpIn(22)).as("a failsafe port").isTrue();
  }

  @Test
  void whatIsAllowedBeforeTranslationNeedsNoOtherPolicyOfTheHost() throws Exception {
    rig.host("h", "interfaceName: eth0");
    rig.policy(
        "pre",
        """
        preDNAT: true
        applyOnForward: true
        ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}]
        """);
    rig.policy("on-forward", "applyOnForward: true\ntypes: [Ingress]");
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.in(8)).isFalse();
    assertThat(rig.through(7)).isTrue();
    assertThat(rig.through(8)).isFalse();
  }

  @ParameterizedTest(name = "deny by {0}")
  @ValueSource(strings = {"Drop", "Reject"})
  void whatTheHostSendsElsewhereIsAskedWhereItGoes(String action) throws Exception {
    rig.cluster.put(
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {nftablesFilterDenyAction: %s}
        """
            .formatted(action));
    rig.host("h", "interfaceName: eth0");
    rig.translate("output", "ip daddr 203.0.113.1 udp dport { 7, 8 } dnat to 192.0.2.254");
    rig.policy(
        "out",
        "egress: [{action: Allow, protocol: UDP,"
            + " destination: {nets: [192.0.2.254/32], ports: [7]}}]\n");
    assertThat(Traffic.udp(rig.machine.namespace(), rig.outside.namespace(), "203.0.113.1", 7))
        .isTrue();
    assertThat(Traffic.udp(rig.machine.namespace(), rig.outside.namespace(), "203.0.113.1", 8))
        .isFalse();
  }

  @Test
  void anUntrackedPolicyTracksNothing() throws Exception {
    rig.host("h", "interfaceName: eth0");
    rig.policy("allow", "ingress: [{action: Allow, protocol: UDP, destination: {ports: [9]}}]");
    rig.policy(
        "untracked",
        """
        doNotTrack: true
        applyOnForward: true
        ingress:
          - {action: Allow, protocol: UDP, destination: {ports: [7]}}
          - {action: Deny, protocol: UDP, destination: {ports: [9], nets: [192.0.2.1/32]}}
          - {action: Deny, protocol: TCP, destination: {ports: [22]}}
        """);
    rig.forget();
    assertThat(Traffic.udp(rig.outside.namespace(), rig.machine.namespace(), HostRig.HOST, 7))
        .as("the answer is a packet like any other")
        .isFalse();
    rig.policy(
        "untracked",
        """
        doNotTrack: true
        applyOnForward: true
        ingress:
          - {action: Allow, protocol: UDP, destination: {ports: [7]}}
          - {action: Deny, protocol: UDP, destination: {ports: [9], nets: [192.0.2.1/32]}}
          - {action: Deny, protocol: TCP, destination: {ports: [22]}}
        egress:
          - {action: Allow, protocol: UDP, source: {ports: [7]}}
        """);
    rig.forget();
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.forget()).as("tracked connections").isZero();
    assertThat(rig.in(9)).as("denied before the policy that allows it").isFalse();
    assertThat(rig.tcpIn(22)).as("a failsafe port").isTrue();
    assertThat(rig.forget()).as("that is tracked").isPositive();
    assertThat(
            Traffic.arrives(
                rig.outside.namespace(),
                new InetSocketAddress(0),
                rig.inside.namespace(),
                HostRig.INSIDE,
                7))
        .isTrue();
    assertThat(rig.forget()).as("tracked connections").isZero();
  }

  /// A router would send it back, and so on until it is too old: what nobody translated, whether it
  /// is tracked or not.
  @Test
  void whatNobodyTranslatedDoesNotGoOnToServices() throws Exception {
    rig.host("h", "interfaceName: eth0");
    String untracked =
        """
        doNotTrack: true
        applyOnForward: true
        ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}]
        """;
    rig.policy("untracked", untracked);
    rig.policy(
        "forward",
        "applyOnForward: true\ningress: [{action: Allow, protocol: UDP, destination: {ports: [8, 9]}}]");
    rig.forget();
    assertThat(through(7)).isTrue();
    assertThat(rig.forget()).as("tracked connections").isZero();
    assertThat(through(8)).isTrue();

    rig.cluster.put(
        rig.machine,
        """
        kind: BGPConfiguration
        metadata: {name: default}
        spec: {serviceExternalIPs: [{cidr: 198.51.100.0/24}]}
        """);
    rig.forget();
    assertThat(through(8)).as("tracked").isFalse();
    assertThat(through(7)).as("not tracked").isFalse();
    assertThat(rig.in(8)).as("not to a service").isTrue();
    rig.translate("prerouting", "ip daddr 192.0.2.1 udp dport 9 dnat to " + HostRig.INSIDE);
    assertThat(rig.through(HostRig.HOST, 9)).as("translated into those networks").isTrue();
  }

  private boolean through(int port) {
    return Traffic.arrives(
        rig.outside.namespace(),
        new InetSocketAddress(0),
        rig.inside.namespace(),
        HostRig.INSIDE,
        port);
  }

  @Test
  void anEndpointForAllInterfaces() throws Exception {
    rig.host("h", "interfaceName: \"*\"");
    rig.machine.awaitState(HostRig.KEY, State.UP);
    assertThat(rig.in(7)).isFalse();
    assertThat(rig.tcpIn(22)).isTrue();
    assertThat(Traffic.udp(rig.inside.namespace(), rig.machine.namespace(), "198.51.100.1", 7))
        .isFalse();
    assertThat(Traffic.udp(rig.machine.namespace(), rig.machine.namespace(), "127.0.0.1", 7))
        .as("lo is one of all")
        .isFalse();
    assertThat(rig.toPod(7)).isTrue();
    assertThat(Traffic.udp(rig.machine.namespace(), rig.pod, HostRig.POD, 7))
        .as("pods are none of it")
        .isTrue();

    rig.policy(
        "on-forward",
        """
        applyOnForward: true
        ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}]
        """);
    assertThat(rig.toPod(7)).isTrue();
    assertThat(rig.toPod(8)).isFalse();
    assertThat(rig.fromPod(7)).as("what leaves a pod comes in by an interface").isTrue();
    assertThat(rig.fromPod(8)).isFalse();

    rig.host("other", "interfaceName: eth0, profiles: [projectcalico-default-allow]");
    assertThat(rig.in(8)).as("eth0 has an endpoint of its own now").isTrue();
    assertThat(Traffic.udp(rig.inside.namespace(), rig.machine.namespace(), "198.51.100.1", 8))
        .isFalse();
  }

  @Test
  void podsReachTheHostAsTheSettingSaysWhateverTheEndpointForAllDoes() throws Exception {
    rig.host("h", "interfaceName: \"*\"");
    assertThat(Traffic.udp(rig.pod, rig.machine.namespace(), HostRig.HOST, 7)).isFalse();
    rig.cluster.put(
        rig.machine,
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {defaultEndpointToHostAction: Accept}
        """);
    assertThat(Traffic.udp(rig.pod, rig.machine.namespace(), HostRig.HOST, 7)).isTrue();
    rig.cluster.put(
        rig.machine,
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {defaultEndpointToHostAction: Return}
        """);
    assertThat(Traffic.udp(rig.pod, rig.machine.namespace(), HostRig.HOST, 7)).isTrue();
  }

  @Test
  void ipv6IsDecidedAlike() throws Exception {
    assumeTrue(Traffic.speaksIpv6(), "Java found no IPv6 when it started");
    assertThat(rig.in6(7)).isTrue();
    rig.host("h", "interfaceName: eth0");
    assertThat(rig.in6(7)).isFalse();
    assertThat(rig.out6(7)).isFalse();
    assertThat(Traffic.tcp(rig.outside.namespace(), rig.machine.namespace(), HostRig.HOST6, 22))
        .isTrue();
    assertThat(rig.out6(53)).isTrue();

    rig.policy(
        "untracked",
        """
        doNotTrack: true
        applyOnForward: true
        ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}, {action: Deny}]
        egress: [{action: Allow, protocol: UDP, source: {ports: [7]}}, {action: Deny}]
        """);
    rig.forgetNeighbours();
    rig.forget(HostRig.OUTSIDE6);
    assertThat(rig.in6(7)).isTrue();
    assertThat(rig.forget(HostRig.OUTSIDE6)).as("tracked connections").isZero();
    assertThat(Traffic.tcp(rig.outside.namespace(), rig.machine.namespace(), HostRig.HOST6, 22))
        .isTrue();
    assertThat(rig.in6(8)).isFalse();
    rig.cluster.delete(new ResourceKey(ResourceKind.GLOBAL_NETWORK_POLICY, "", "untracked"));
    rig.policy(
        "tracked",
        """
        applyOnForward: true
        ingress: [{action: Allow, protocol: UDP, destination: {ports: [8]}}]
        egress: [{action: Allow, protocol: UDP, destination: {ports: [9]}}]
        """);
    assertThat(rig.in6(8)).isTrue();
    assertThat(rig.in6(9)).isFalse();
    assertThat(rig.out6(9)).isTrue();
    assertThat(rig.out6(8)).isFalse();
    rig.outside.put(HostRig.via("fd00:65::/64", HostRig.HOST6, "eth0"));
    rig.machine.put(HostRig.via("::/0", HostRig.OUTSIDE6, "eth0"));
    assertThat(Traffic.udp(rig.outside.namespace(), rig.pod, HostRig.POD6, 8)).isTrue();
    assertThat(Traffic.udp(rig.outside.namespace(), rig.pod, HostRig.POD6, 9)).isFalse();
    assertThat(Traffic.udp(rig.pod, rig.outside.namespace(), HostRig.OUTSIDE6, 9)).isTrue();
    assertThat(Traffic.udp(rig.pod, rig.outside.namespace(), HostRig.OUTSIDE6, 8)).isFalse();
  }
}
