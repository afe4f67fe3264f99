// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.felix.endpoint.EndpointStatus.State;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Host endpoints, their interfaces and the agent come and go, on the real kernel.
class LiveHostEndpointLifeTest {

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
  void anEstablishedConnectionOutlivesTheEndpointsBeginning() throws Exception {
    try (var in =
            new Conversation(rig.outside.namespace(), rig.machine.namespace(), HostRig.HOST, 80);
        var out =
            new Conversation(
                rig.machine.namespace(), rig.outside.namespace(), HostRig.OUTSIDE, 80)) {
      rig.host("h", "interfaceName: eth0");
      assertThat(in.exchange()).isTrue();
      assertThat(out.exchange()).isTrue();
      assertThat(rig.tcpIn(80)).isFalse();
    }
  }

  @Test
  void anInterfaceComesUnderPolicyWhenItAppears() throws Exception {
    rig.host("h", "interfaceName: eth7");
    rig.host("j", "expectedIPs: [203.0.113.5]");
    var later = new ResourceKey(ResourceKind.HOST_ENDPOINT, "", "j");
    rig.machine.awaitState(HostRig.KEY, State.NO_INTERFACE);
    rig.machine.awaitState(later, State.NO_INTERFACE);
    rig.machine.connect("eth7", "203.0.113.1/30", rig.outside, "203.0.113.2/30");
    rig.machine.connect("eth8", "203.0.113.5/30", rig.inside, "203.0.113.6/30");
    assertThat(Traffic.udp(rig.outside.namespace(), rig.machine.namespace(), "203.0.113.1", 7))
        .as("at once")
        .isFalse();
    assertThat(Traffic.tcp(rig.outside.namespace(), rig.machine.namespace(), "203.0.113.1", 22))
        .isTrue();
    rig.machine.awaitState(HostRig.KEY, State.UP);
    rig.machine.awaitState(later, State.UP);
    assertThat(Traffic.udp(rig.inside.namespace(), rig.machine.namespace(), "203.0.113.5", 7))
        .isFalse();

    rig.machine.kernel().links().delete("eth8");
    rig.machine.awaitState(later, State.NO_INTERFACE);
    assertThat(rig.machine.report().problems()).isEmpty();
  }

  @Test
  void anEndpointFollowsItsAddress() throws Exception {
    rig.host("h", "expectedIPs: [192.0.2.1]");
    assertThat(rig.in(7)).isFalse();
    int eth0 = rig.machine.kernel().links().find("eth0").orElseThrow().index();
    rig.machine.kernel().links().removeAddress(eth0, InterfaceAddress.parse(HostRig.HOST + "/24"));
    rig.machine.awaitState(HostRig.KEY, State.NO_INTERFACE);
    Machine.addAddress(rig.machine.kernel(), "eth0", "192.0.2.9/24");
    assertThat(Traffic.udp(rig.outside.namespace(), rig.machine.namespace(), "192.0.2.9", 7))
        .isTrue();
    Machine.addAddress(rig.machine.kernel(), "eth1", "192.0.2.1/32");
    rig.machine.awaitState(HostRig.KEY, State.UP);
    assertThat(Traffic.udp(rig.inside.namespace(), rig.machine.namespace(), "198.51.100.1", 7))
        .isFalse();
    assertThat(Traffic.udp(rig.outside.namespace(), rig.machine.namespace(), "192.0.2.9", 7))
        .isTrue();
  }

  @Test
  void policyOutlivesTheAgentAndIsAdoptedByTheNext() throws Exception {
    rig.host("h", "interfaceName: eth0");
    rig.host("i", "interfaceName: \"*\"");
    rig.policy("tracked", "applyOnForward: true\ningress: [{action: Allow, protocol: UDP}]\n");
    rig.policy(
        "untracked",
        "doNotTrack: true\napplyOnForward: true\ningress: [{action: Deny, protocol: ICMP}]\n");
    rig.policy("pre", "preDNAT: true\napplyOnForward: true\ningress: [{action: Pass}]\n");
    rig.machine.stop();
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.tcpIn(80)).isFalse();
    assertThat(rig.tcpIn(22)).isTrue();

    rig.machine.restart();
    rig.cluster.settle(rig.machine);
    assertThat(rig.machine.watched().written()).isEmpty();
    assertThat(rig.machine.report().problems()).isEmpty();
    assertThat(rig.in(7)).isTrue();
    assertThat(rig.tcpIn(80)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastEndpointLeavesNothingBehind(boolean isNextAgent) throws Exception {
    List<String> before = rig.everything();
    rig.host("h", "interfaceName: eth0");
    rig.host("i", "interfaceName: \"*\"");
    rig.policy("tracked", "applyOnForward: true\ningress: [{action: Allow, protocol: UDP}]\n");
    rig.policy(
        "untracked",
        "doNotTrack: true\napplyOnForward: true\ningress: [{action: Deny, protocol: ICMP}]\n");
    rig.policy("pre", "preDNAT: true\napplyOnForward: true\ningress: [{action: Pass}]\n");
    assertThat(rig.everything())
        .contains("IP raw-cali-fh-eth0", "IP mangle-cali-fh-any-interface-at-all")
        .contains("IP6 filter-cali-thfw-eth0", "IP6 mangle-POSTROUTING");
    if (isNextAgent) {
      rig.machine.stop();
    }
    for (String name : List.of("h", "i")) {
      rig.cluster.delete(new ResourceKey(ResourceKind.HOST_ENDPOINT, "", name));
    }
    if (isNextAgent) {
      rig.machine.restart();
    }
    rig.cluster.settle(rig.machine);
    assertThat(rig.everything()).isEqualTo(before);
    assertThat(rig.machine.report().problems()).isEmpty();
    assertThat(rig.in(7)).isTrue();
  }

  @ParameterizedTest(name = "deny by {0}")
  @CsvSource({"Drop", "Reject"})
  void theKernelTakesEveryClassHoweverPacketsAreDenied(String action) throws Exception {
    rig.cluster.put(
        rig.machine,
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {nftablesFilterDenyAction: %s}
        """
            .formatted(action));
    rig.host("h", "interfaceName: eth0, profiles: [strict]");
    rig.host("i", "interfaceName: \"*\", profiles: [strict]");
    rig.cluster.put(
        """
        kind: Profile
        metadata: {name: strict}
        spec: {ingress: [{action: Deny}], egress: [{action: Deny}]}
        """);
    String rules =
        "ingress: [{action: Deny, protocol: UDP, destination: {ports: [7]}}, {action: Pass}]\n";
    String more = rules + rules.replace("ingress", "egress");
    rig.policy("tracked", "applyOnForward: true\n" + more);
    rig.policy("untracked", "doNotTrack: true\napplyOnForward: true\n" + more);
    rig.policy("pre", "preDNAT: true\napplyOnForward: true\n" + rules);
    assertThat(rig.machine.report().problems()).isEmpty();
    assertThat(rig.in(7)).isFalse();
    assertThat(rig.tcpIn(22)).isTrue();
    rig.cluster.put(
        rig.machine,
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {}
        """);
    assertThat(rig.machine.report().problems()).isEmpty();
    assertThat(rig.everything()).noneMatch(name -> name.contains("mangle-cali-po-gnp/tracked"));
  }
}
