// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Route;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two pods of one machine, whose policy the agent enforces on the real kernel.
class LiveAgentTest {

  private static final String A = PodRig.A;
  private static final String B = PodRig.B;
  private static final String B6 = PodRig.B6;

  private static final String GUEST =
      """
      kind: WorkloadEndpoint
      metadata: {name: n1-k8s-guest-eth0, namespace: ns, labels: {role: guest}}
      spec:
        node: n1
        orchestrator: k8s
        pod: guest
        endpoint: eth0
        interfaceName: cali9
        ipNetworks: [10.65.0.9/32]
        profiles: [kns.ns]
      """;

  private PodRig rig;
  private Cluster cluster;
  private Machine machine;
  private NetworkNamespace a;
  private NetworkNamespace b;

  @BeforeEach
  void twoPods() throws InterruptedException {
    Machine.assumeRoot();
    rig = PodRig.ofBothFamilies();
    cluster = rig.cluster;
    machine = rig.machine;
    a = rig.a;
    b = rig.b;
    rig.endpoint(
        "b",
        "ports: [{name: http, protocol: TCP, port: 8080}, {name: dns, protocol: UDP, port: 5353}]");
    machine.start();
    cluster.settle(machine);
  }

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  private boolean udp(int port) {
    return Traffic.udp(a, b, B, port);
  }

  private boolean tcp(int port) {
    return Traffic.tcp(a, b, B, port);
  }

  @Test
  void withoutPolicyProfilesDecide() {
    assertThat(machine.report().problems()).isEmpty();
    assertThat(udp(7)).isTrue();
    assertThat(tcp(8080)).isTrue();
    assertThat(Traffic.ping(a, B)).isTrue();
    assertThat(Traffic.tcp(machine.namespace(), b, B, 80)).isTrue();
  }

  @Test
  void aRuleSelectsSetsOfNetworks() throws Exception {
    policy("ingress: [{action: Allow, source: {selector: role == 'friends'}}]");
    assertThat(udp(7)).isFalse();

    String own = "metadata: {name: s, namespace: ns, labels: {role: friends}}";
    networks("NetworkSet", own, "10.65.0.2/31");
    assertThat(udp(7)).isTrue();
    networks("NetworkSet", own, "10.65.0.4");
    assertThat(udp(7)).isFalse();

    networks("GlobalNetworkSet", "metadata: {name: s, labels: {role: friends}}", "0.0.0.0/0");
    assertThat(udp(7)).as("a namespace's rule does not see sets of none").isFalse();
    String both = "selector: role == 'friends', namespaceSelector: global()";
    policy("ingress: [{action: Allow, source: {%s}}]".formatted(both));
    assertThat(udp(7)).isTrue();
    networks("GlobalNetworkSet", "metadata: {name: s, labels: {role: foes}}", "0.0.0.0/0");
    assertThat(udp(7)).isFalse();
  }

  private void networks(String kind, String metadata, String net) throws InterruptedException {
    cluster.put("kind: %s\n%s\nspec: {nets: [%s]}\n".formatted(kind, metadata, net));
    cluster.settle(machine);
  }

  @Test
  void aPolicyThatSelectsDeniesWhatItDoesNotAllow() throws Exception {
    policy("types: [Ingress]");
    assertThat(udp(7)).isFalse();
    assertThat(tcp(8080)).isFalse();
    assertThat(Traffic.ping(a, B)).isFalse();
    assertThat(Traffic.udp(b, a, A, 7)).as("the other way, which nobody selects").isTrue();

    policy("ingress: [{action: Allow, source: {selector: app == 'client'}}]");
    assertThat(udp(7)).isTrue();

    policy("ingress: [{action: Allow, source: {selector: app == 'other'}}]");
    assertThat(udp(7)).isFalse();

    cluster.delete(new ResourceKey(ResourceKind.NETWORK_POLICY, "ns", "web"));
    cluster.settle(machine);
    assertThat(udp(7)).isTrue();
  }

  @Test
  void portsByNumberAndByName() throws Exception {
    policy(
        """
        ingress:
          - {action: Allow, protocol: TCP, destination: {ports: [http, 90]}}
          - {action: Allow, protocol: UDP, destination: {ports: [dns, "100:200"]}}
        """);
    assertThat(tcp(8080)).as("http").isTrue();
    assertThat(tcp(90)).isTrue();
    assertThat(tcp(91)).isFalse();
    assertThat(udp(5353)).as("dns").isTrue();
    assertThat(udp(150)).isTrue();
    assertThat(udp(8080)).as("http is TCP").isFalse();
  }

  @Test
  void icmpByType() throws Exception {
    policy("ingress: [{action: Allow, protocol: ICMP, icmp: {type: 3}}]");
    assertThat(Traffic.ping(a, B)).isFalse();

    policy("ingress: [{action: Allow, protocol: ICMP, icmp: {type: 8, code: 0}}]");
    assertThat(Traffic.ping(a, B)).isTrue();
    assertThat(udp(7)).isFalse();
  }

  @Test
  void netsAndTheirExceptions() throws Exception {
    policy("ingress: [{action: Allow, source: {nets: [10.65.0.0/24], notNets: [10.65.0.2/32]}}]");
    assertThat(udp(7)).isFalse();

    policy("ingress: [{action: Allow, source: {nets: [10.65.0.0/24], notNets: [10.65.0.4/30]}}]");
    assertThat(udp(7)).isTrue();
  }

  @Test
  void passLeavesTheTierAndLogGoesOn() throws Exception {
    cluster.put("kind: Tier\nmetadata: {name: first}\nspec: {order: 10}");
    cluster.put(
        """
        kind: GlobalNetworkPolicy
        metadata: {name: first.gate}
        spec:
          tier: first
          selector: app == 'web'
          ingress:
            - {action: Log, protocol: UDP}
            - {action: Pass, protocol: UDP}
            - {action: Deny, protocol: TCP}
        """);
    policy("ingress: [{action: Allow, protocol: UDP, destination: {ports: [7]}}]");
    assertThat(udp(7)).isTrue();
    assertThat(udp(8)).isFalse();
    assertThat(tcp(8080)).isFalse();
    assertThat(Traffic.ping(a, B)).isFalse();
  }

  @Test
  void whatAPodMaySend() throws Exception {
    cluster.put(
        machine,
        """
        kind: NetworkPolicy
        metadata: {name: out, namespace: ns}
        spec:
          selector: app == 'client'
          types: [Egress]
          egress: [{action: Allow, protocol: UDP, destination: {selector: app == 'web', ports: [7]}}]
        """);
    assertThat(udp(7)).isTrue();
    assertThat(udp(8)).isFalse();
    assertThat(Traffic.udp(a, machine.namespace(), PodRig.HOST, 7)).isFalse();
    assertThat(Traffic.udp(b, a, A, 7)).isTrue();
  }

  @Test
  void ipv6IsDecidedAlike() throws Exception {
    assumeTrue(Traffic.speaksIpv6(), "Java found no IPv6 when it started");
    assertThat(Traffic.udp(a, b, B6, 7)).isTrue();

    policy("ingress: [{action: Allow, protocol: UDP, destination: {ports: [7, dns]}}]");
    assertThat(Traffic.udp(a, b, B6, 7)).isTrue();
    assertThat(Traffic.udp(a, b, B6, 5353)).isTrue();
    assertThat(Traffic.udp(a, b, B6, 8)).isFalse();
    assertThat(Traffic.ping(a, B6)).isFalse();

    policy("ingress: [{action: Allow, protocol: ICMPv6, icmp: {type: 128}}]");
    assertThat(Traffic.ping(a, B6)).isTrue();
    assertThat(Traffic.udp(a, b, B6, 7)).isFalse();
  }

  @Test
  void aNewAgentAdoptsEverythingWhileTrafficFlows() throws Exception {
    policy("ingress: [{action: Allow, protocol: UDP, destination: {ports: [7, dns]}}]");
    try (Flow flow = new Flow(a, b, B, 7)) {
      flow.awaitAnswers(100);
      machine.restart();
      cluster.settle(machine);
      assertThat(machine.watched().written()).isEmpty();
      assertThat(machine.report().problems()).isEmpty();
      flow.awaitAnswers(100);
      assertThat(flow.lost()).isZero();
    }
  }

  @Test
  void printsHowLongAPolicyTakesToBeInForce() throws Exception {
    policy("types: [Ingress]");
    long[] nanos = new long[50];
    for (int round = 0; round < nanos.length; round++) {
      String action = round % 2 == 0 ? "Allow" : "Deny";
      long start = System.nanoTime();
      policy("ingress: [{action: %s, protocol: UDP}]".formatted(action));
      nanos[round] = System.nanoTime() - start;
    }
    long[] sorted = LongStream.of(nanos).sorted().toArray();
    System.out.printf(
        "policy written to in the kernel: median %d us, worst %d us%n",
        sorted[sorted.length / 2] / 1000, sorted[sorted.length - 1] / 1000);
    assertThat(udp(7)).isFalse();
  }

  @Test
  void podsComeAndGoWhileTheAgentRuns() throws Exception {
    policy("ingress: [{action: Allow, source: {selector: role == 'guest'}}]");
    long slowest = 0;
    for (int round = 0; round < 5; round++) {
      NetworkNamespace guest = machine.pod("cali9", "10.65.0.9");
      long start = System.nanoTime();
      Resource endpoint = cluster.put(GUEST);
      String revision = endpoint.metadata().resourceVersion();
      assertThat(machine.agent().awaitInForce(endpoint.key(), revision, Duration.ofSeconds(90)))
          .isTrue();
      slowest = Math.max(slowest, System.nanoTime() - start);
      assertThat(Traffic.udp(guest, b, B, 7)).isTrue();
      assertThat(Traffic.tcp(b, guest, "10.65.0.9", 80)).isTrue();

      if (round % 2 == 0) { // the CNI plugin may be first, or the datastore
        machine.kernel().links().delete("cali9");
        cluster.delete(endpoint.key());
      } else {
        cluster.delete(endpoint.key());
        cluster.settle(machine);
        assertThat(Traffic.arrives(guest, new InetSocketAddress("10.65.0.9", 0), b, B, 7))
            .as("an interface without an endpoint")
            .isFalse();
        machine.kernel().links().delete("cali9");
      }
      cluster.settle(machine);
      assertThat(machine.report().problems()).isEmpty();
      assertThat(machine.kernel().routes().list(IpFamily.IPV4))
          .extracting(Route::destination)
          .doesNotContain(Cidr.parse("10.65.0.9/32"));
    }
    System.out.printf("endpoint written to in force: slowest of 5 %d us%n", slowest / 1000);
  }

  @Test
  void anEndpointThatIsThereBeforeItsInterface() throws Exception {
    Resource endpoint = cluster.put(GUEST);
    cluster.settle(machine);
    String revision = endpoint.metadata().resourceVersion();
    assertThat(machine.agent().awaitInForce(endpoint.key(), revision, Duration.ZERO)).isFalse();
    assertThat(machine.report().problems()).isEmpty();

    NetworkNamespace guest = machine.pod("cali9", "10.65.0.9");
    assertThat(machine.agent().awaitInForce(endpoint.key(), revision, Duration.ofSeconds(90)))
        .isTrue();
    assertThat(Traffic.udp(guest, b, B, 7)).isTrue();
  }

  @Test
  void anEstablishedConnectionOutlivesTheRuleThatLetItIn() throws Exception {
    policy("ingress: [{action: Allow, protocol: TCP}]");
    try (Conversation conversation = new Conversation(a, b, B, 80)) {
      assertThat(conversation.exchange()).isTrue();
      policy("types: [Ingress]");
      assertThat(conversation.exchange()).isTrue();
      assertThat(tcp(81)).isFalse();
    }
  }

  @Test
  void anAddressThatMovesToAnotherPodLeavesItsConnectionsBehind() throws Exception {
    cluster.put(GUEST);
    NetworkNamespace old = machine.pod("cali9", "10.65.0.9");
    cluster.settle(machine);
    try (Conversation conversation = new Conversation(a, old, "10.65.0.9", 80)) {
      assertThat(conversation.exchange()).isTrue();
      NetworkNamespace heir = machine.pod("cali8", "10.65.0.9");
      cluster.put(GUEST.replace("cali9", "cali8"));
      cluster.settle(machine);
      assertThat(conversation.exchange()).isFalse();
      assertThat(Traffic.udp(a, heir, "10.65.0.9", 7)).isTrue();
    }
  }

  /// @param rules of a policy that selects pod b
  private void policy(String rules) throws InterruptedException {
    cluster.put(
        machine,
        """
        kind: NetworkPolicy
        metadata: {name: web, namespace: ns}
        spec:
          selector: app == 'web'
        """
            + rules.indent(2));
  }
}
