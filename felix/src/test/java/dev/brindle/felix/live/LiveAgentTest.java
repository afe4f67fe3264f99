// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two pods of one machine, whose policy the agent enforces on the real kernel.
class LiveAgentTest {

  private static final String A = "10.65.0.2";
  private static final String B = "10.65.0.3";
  private static final String A6 = "fd00:65::2";
  private static final String B6 = "fd00:65::3";
  private static final String HOST = "192.0.2.1";

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

  private final Cluster cluster = new Cluster();
  private Machine machine;
  private Machine router;
  private NetworkNamespace a;
  private NetworkNamespace b;

  @BeforeEach
  void twoPods() throws InterruptedException {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    machine = new Machine("n1", cluster.datastore());
    router = new Machine("router", cluster.datastore());
    machine.connect("eth0", HOST + "/24", router, "192.0.2.254/24");
    machine.defaultRoute("192.0.2.254", "eth0");
    a = machine.pod("cali1", A, A6);
    b = machine.pod("cali2", B, B6);
    cluster.put(
        """
        kind: Profile
        metadata: {name: kns.ns}
        spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}
        """);
    cluster.put(
        """
        kind: IPPool
        metadata: {name: pool}
        spec: {cidr: 10.65.0.0/16, natOutgoing: true}
        """);
    cluster.put(
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-a-eth0, namespace: ns, labels: {app: client}}
        spec:
          node: n1
          orchestrator: k8s
          pod: a
          endpoint: eth0
          interfaceName: cali1
          ipNetworks: [10.65.0.2/32, "fd00:65::2/128"]
          profiles: [kns.ns]
        """);
    cluster.put(
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-b-eth0, namespace: ns, labels: {app: web}}
        spec:
          node: n1
          orchestrator: k8s
          pod: b
          endpoint: eth0
          interfaceName: cali2
          ipNetworks: [10.65.0.3/32, "fd00:65::3/128"]
          profiles: [kns.ns]
          ports: [{name: http, protocol: TCP, port: 8080}, {name: dns, protocol: UDP, port: 5353}]
        """);
    machine.start();
    cluster.settle(machine);
  }

  @AfterEach
  void close() {
    if (machine != null) {
      machine.close();
      router.close();
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
  void podsDoNotReachWhatTheHostHasForItselfOnly() throws Exception {
    hostTakes("true");
    InetSocketAddress own = new InetSocketAddress(A, 0);
    var inPod = machine.kernelOf(a).links();
    // so that what is for 127.0.0.1 leaves the pod; raw sockets can do that without
    inPod.removeAddress(
        inPod.find("lo").orElseThrow().index(), InterfaceAddress.parse("127.0.0.1/8"));

    assertThat(Traffic.arrives(a, own, machine.namespace(), HOST, 9099)).isTrue();
    assertThat(Traffic.arrives(a, own, machine.namespace(), "127.0.0.1", 9099)).isFalse();
  }

  @Test
  void limitsOfPodsTraffic() throws Exception {
    limited("{ingressMaxConnections: 2}");
    try (ServerSocket server = b.call(() -> new ServerSocket(8080))) {
      InetSocketAddress address = new InetSocketAddress(B, 8080);
      try (SocketChannel first = client();
          SocketChannel second = client();
          SocketChannel third = client()) {
        assertThat(first.connect(address)).isTrue();
        assertThat(second.connect(address)).isTrue();
        assertThatThrownBy(() -> third.connect(address))
            .isInstanceOf(ConnectException.class)
            .hasMessageContaining("refused");
        assertThat(server.isBound()).isTrue();
      }
    }

    limited("{egressPacketRate: 1, egressPacketBurst: 3}");
    assertThat(received(30)).isBetween(3, 8); // a second or more may pass
    limited("{ingressPacketRate: 10000}");
    assertThat(received(30)).isEqualTo(30);
    assertThat(machine.report().warnings()).isEmpty();
    assertThat(machine.report().problems()).isEmpty();
  }

  private SocketChannel client() {
    return a.call(() -> SocketChannel.open(StandardProtocolFamily.INET));
  }

  private void limited(String controls) throws InterruptedException {
    cluster.put(
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-b-eth0, namespace: ns, labels: {app: web}}
        spec:
          node: n1
          orchestrator: k8s
          pod: b
          endpoint: eth0
          interfaceName: cali2
          ipNetworks: [10.65.0.3/32]
          profiles: [kns.ns]
          qosControls: %s
        """
            .formatted(controls));
    cluster.settle(machine);
  }

  /// How many datagrams of b arrive at a, all sent at once.
  private int received(int sent) throws IOException {
    try (DatagramSocket from = b.call(() -> new DatagramSocket());
        DatagramSocket to = a.call(() -> new DatagramSocket(5555))) {
      for (int i = 0; i < sent; i++) {
        from.send(new DatagramPacket(new byte[1], 1, new InetSocketAddress(A, 5555)));
      }
      to.setSoTimeout(400);
      int count = 0;
      try {
        for (; count < sent; count++) {
          to.receive(new DatagramPacket(new byte[1], 1));
        }
      } catch (SocketTimeoutException _) {
        return count;
      }
      return count;
    }
  }

  @Test
  void floatingAddressesLeadToPods() throws Exception {
    String floating = "203.0.113.9";
    asksForFloating("b", "cali2", B, floating);
    router.put(
        Route.via(
            Cidr.parse(floating + "/32"), RouteOwner.BOOT, IpAddress.parse(HOST), "eth0", false));

    assertThat(Traffic.udp(a, b, floating, 7)).as("Disabled, as long as nobody says").isFalse();
    assertThat(machine.report().warnings().toString()).contains("floatingIPs");

    cluster.put(
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {floatingIPs: Enabled}
        """);
    cluster.settle(machine);
    assertThat(machine.report().problems()).isEmpty();
    assertThat(Traffic.udp(a, b, floating, 7)).as("from a pod").isTrue();
    assertThat(Traffic.udp(machine.namespace(), b, floating, 7)).as("from the host").isTrue();
    assertThat(Traffic.udp(router.namespace(), b, floating, 7)).as("from outside").isTrue();
    assertThat(Traffic.udp(b, b, floating, 7)).as("from itself").isTrue();

    asksForFloating("a", "cali1", A, floating);
    assertThat(Traffic.udp(router.namespace(), a, floating, 7)).as("the lowest has it").isTrue();
    asksForFloating("a", "cali1", A, "203.0.113.10");
    policy("types: [Ingress]");
    assertThat(Traffic.udp(router.namespace(), b, floating, 8)).as("policy holds").isFalse();
  }

  private void asksForFloating(String pod, String device, String own, String floating)
      throws InterruptedException {
    cluster.put(
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-%1$s-eth0, namespace: ns, labels: {app: %2$s}}
        spec:
          node: n1
          orchestrator: k8s
          pod: %1$s
          endpoint: eth0
          interfaceName: %3$s
          ipNetworks: [%4$s/32]
          ipNATs: [{internalIP: %4$s, externalIP: %5$s}]
          profiles: [kns.ns]
        """
            .formatted(pod, pod.equals("b") ? "web" : "client", device, own, floating));
    cluster.settle(machine);
  }

  @Test
  void podsSendNoIpv6WhereItIsNotSupported() throws Exception {
    String address = "2001:db8::1";
    Machine.addAddress(machine.kernel(), "eth0", address + "/64");
    InetSocketAddress own = new InetSocketAddress(A6, 0);
    hostTakes("true");
    assertThat(Traffic.arrives(a, own, machine.namespace(), address, 9099)).isTrue();

    hostTakes("false");
    assertThat(Traffic.arrives(a, own, machine.namespace(), address, 9099)).isFalse();
    assertThat(machine.report().problems()).isEmpty();
    assertThat(udp(7)).isTrue();

    hostTakes("true");
    assertThat(Traffic.arrives(a, own, machine.namespace(), address, 9099)).isTrue();
  }

  private void hostTakes(String ipv6) throws InterruptedException {
    cluster.put(
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {defaultEndpointToHostAction: Accept, ipv6Support: %s}
        """
            .formatted(ipv6));
    cluster.settle(machine);
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
    assertThat(Traffic.udp(a, machine.namespace(), HOST, 7)).isFalse();
    assertThat(Traffic.udp(b, a, A, 7)).isTrue();
  }

  @Test
  void podsReachTheHostOnlyIfTheSettingSaysSo() throws Exception {
    assertThat(Traffic.udp(a, machine.namespace(), HOST, 7)).isFalse();

    cluster.put(
        machine,
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {defaultEndpointToHostAction: Accept}
        """);
    assertThat(Traffic.udp(a, machine.namespace(), HOST, 7)).isTrue();
    assertThat(Traffic.ping(a, HOST)).isTrue();
  }

  @Test
  void podsReachTheWorldUnderTheHostsAddress() {
    assertThat(Traffic.udp(a, router.namespace(), "192.0.2.254", 7))
        .as("the router knows no way to pods: only a translated source gets an answer")
        .isTrue();
  }

  @Test
  void nobodyBorrowsAnAddress() {
    Machine.addAddress(machine.kernelOf(a), "eth0", "10.65.0.9/32");
    Machine.addAddress(machine.kernelOf(a), "eth0", "192.0.2.77/32");
    assertThat(Traffic.udp(a, new InetSocketAddress(A, 0), b, B, 7)).isTrue();
    assertThat(Traffic.arrives(a, new InetSocketAddress("10.65.0.9", 0), b, B, 7)).isFalse();
    assertThat(Traffic.arrives(a, new InetSocketAddress("192.0.2.77", 0), b, B, 7)).isFalse();
    assertThat(
            Traffic.arrives(
                a, new InetSocketAddress("192.0.2.77", 0), machine.namespace(), HOST, 7))
        .isFalse();
  }

  @Test
  void anAddressMayBeLentToAPodAndTakenBack() throws Exception {
    // asks for the gateway by its own address: by the lent one it gets no answer, and asks again
    // late
    assertThat(udp(7)).isTrue();
    Machine.addAddress(machine.kernelOf(a), "eth0", "203.0.113.7/32");
    Machine.addAddress(machine.kernelOf(a), "eth0", "203.0.113.99/32");
    machine.kernel().sysctl().write("net/ipv4/conf/all/rp_filter", "0");
    machine.kernel().sysctl().write("net/ipv4/conf/default/rp_filter", "1");
    var lent = new InetSocketAddress("203.0.113.7", 0);
    lend("");
    assertThat(machine.kernel().sysctl().read("net/ipv4/conf/cali1/rp_filter")).contains("1");
    assertThat(Traffic.arrives(a, lent, b, B, 7)).isFalse();

    lend("203.0.113.0/28");
    assertThat(Traffic.arrives(a, lent, b, B, 7)).as("while the setting forbids it").isFalse();

    cluster.put(
        machine,
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {workloadSourceSpoofing: Any}
        """);
    assertThat(machine.kernel().sysctl().read("net/ipv4/conf/cali1/rp_filter")).contains("0");
    assertThat(machine.kernel().sysctl().read("net/ipv4/conf/cali2/rp_filter")).contains("1");
    assertThat(Traffic.arrives(a, lent, b, B, 7)).isTrue();
    assertThat(udp(7)).as("from its own").isTrue();
    assertThat(Traffic.arrives(a, new InetSocketAddress("203.0.113.99", 0), b, B, 7)).isFalse();

    lend("");
    assertThat(machine.kernel().sysctl().read("net/ipv4/conf/cali1/rp_filter")).contains("1");
    machine.kernel().sysctl().write("net/ipv4/conf/cali1/rp_filter", "0"); // ours must be enough
    assertThat(Traffic.arrives(a, lent, b, B, 7)).isFalse();
  }

  private void lend(String prefixes) throws InterruptedException {
    cluster.put(
        machine,
        """
        kind: WorkloadEndpoint
        metadata: {name: n1-k8s-a-eth0, namespace: ns, labels: {app: client}}
        spec:
          node: n1
          orchestrator: k8s
          pod: a
          endpoint: eth0
          interfaceName: cali1
          ipNetworks: [10.65.0.2/32, "fd00:65::2/128"]
          profiles: [kns.ns]
          allowSpoofedSourcePrefixes: [%s]
        """
            .formatted(prefixes));
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
