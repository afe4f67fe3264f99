// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.felix.endpoint.Bandwidth;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.Qdisc.Place;
import dev.brindle.linux.model.TokenBucket;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Limits of a pod's bandwidth, and DSCP, on the real kernel. How much passes is counted, not
/// timed: a bucket that is filled with 1000 bytes a second lets a burst through and then hardly
/// anything.
class LiveBandwidthTest {

  private static final String A = PodRig.A;
  private static final String B = PodRig.B;
  private static final String ROUTER = PodRig.ROUTER;
  private static final String IFB = Bandwidth.device("cali2");
  private static final ResourceKey POD =
      new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "ns", "n1-k8s-b-eth0");

  private static final int PAYLOAD = 1000;

  /// With the headers of UDP, IP and Ethernet.
  private static final int FRAME = PAYLOAD + 42;

  private static final int BURST = 10_000;
  private static final int BYTES_A_SECOND = 1000;
  private static final int SENT = 300;
  private static final String SLOW_IN = "ingressBandwidth: 8000, ingressBurst: 80000";
  private static final String SLOW_OUT = "egressBandwidth: 8000, egressBurst: 80000";
  private static final String BOTH = "{%s, %s}".formatted(SLOW_IN, SLOW_OUT);
  private static final Pattern COUNTERS =
      Pattern.compile(
          "Sent (\\d+) bytes (\\d+) pkt \\(dropped (\\d+), overlimits (\\d+).*?backlog (\\d+)",
          Pattern.DOTALL);

  private final long start = System.nanoTime();
  private int port = 6000;
  private PodRig rig;
  private Cluster cluster;
  private Machine machine;
  private Machine router;
  private NetworkNamespace a;
  private NetworkNamespace b;

  /// Of a queueing discipline.
  private record Counters(long sent, long packets, long dropped, long overlimits) {}

  @BeforeEach
  void twoPods() {
    Machine.assumeRoot();
    rig = PodRig.ofIpv4();
    cluster = rig.cluster;
    machine = rig.machine;
    router = rig.router;
    a = rig.a;
    b = rig.b;
  }

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  private void start(String controls) throws InterruptedException {
    pod(controls);
    machine.start();
    cluster.settle(machine);
    assertThat(machine.report().problems()).isEmpty();
    List<String> warnings = machine.report().warnings();
    assumeTrue(
        warnings.stream().noneMatch(warning -> warning.contains("this kernel has no")),
        warnings::toString);
    // the neighbours know each other, before their questions have to wait behind the rest
    assertThat(Traffic.udp(a, b, B, 7)).isTrue();
    assertThat(Traffic.udp(b, a, A, 7)).isTrue();
  }

  private void pod(String controls) {
    rig.endpoint("b", "qosControls: " + controls);
  }

  private void asks(String controls) throws InterruptedException {
    pod(controls);
    cluster.settle(machine);
    assertThat(machine.report().problems()).isEmpty();
    assertThat(machine.report().warnings()).isEmpty();
  }

  /// How many datagrams arrive that are all sent at once. What waits on its way out of a pod counts
  /// as the sender's, which is so told not to send more.
  private int received(NetworkNamespace from, NetworkNamespace to, String address, int sent)
      throws IOException {
    port++; // what still waits in a queue is not taken for what is sent now
    try (DatagramSocket server = to.call(() -> new DatagramSocket(port));
        DatagramChannel client =
            from.call(() -> DatagramChannel.open(StandardProtocolFamily.INET))) {
      client.configureBlocking(false);
      for (int i = 0; i < sent; i++) {
        client.send(ByteBuffer.allocate(PAYLOAD), new InetSocketAddress(address, port));
      }
      server.setSoTimeout(400);
      int count = 0;
      try {
        for (; count < sent; count++) {
          server.receive(new DatagramPacket(new byte[PAYLOAD], PAYLOAD));
        }
      } catch (SocketTimeoutException _) {
        return count;
      }
      return count;
    }
  }

  /// Bytes that a bucket can have let pass since the test began, however slow the machine is.
  private long most() {
    return BURST + BYTES_A_SECOND * (1 + Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  private void isLimited(String device, int arrived) throws Exception {
    assertThat(arrived).isBetween(BURST / FRAME - 1, (int) (most() / FRAME));
    Counters counters = counters(device);
    assertThat(counters.sent()).isBetween(1L, most());
    assertThat(counters.overlimits()).isPositive();
  }

  @Test
  void whatGoesIntoAPodIsLimited() throws Exception {
    start("{%s}".formatted(SLOW_IN));

    isLimited("cali2", received(a, b, B, SENT));
    assertThat(counters("cali2").dropped()).as("more than may wait").isPositive();
    assertThat(received(b, a, A, 80)).as("the other way").isEqualTo(80);
    assertThat(machine.kernel().links().find(IFB)).isEmpty();
    assertThat(machine.report().warnings()).isEmpty();
  }

  @Test
  void whatComesFromAPodIsLimited() throws Exception {
    start("{%s}".formatted(SLOW_OUT));

    isLimited(IFB, received(b, a, A, SENT));
    assertThat(received(a, b, B, 80)).as("the other way").isEqualTo(80);
    assertThat(machine.report().warnings()).isEmpty();
  }

  /// What came by way of the limiting interface meets the rules of the pod's own.
  @Test
  void policyHolds() throws Exception {
    start("{egressBandwidth: 8000000}");
    assertThat(Traffic.udp(b, a, A, 7)).isTrue();

    cluster.put(
        machine,
        """
        kind: NetworkPolicy
        metadata: {name: none, namespace: ns}
        spec: {types: [Egress]}
        """);
    assertThat(Traffic.udp(b, a, A, 7)).isFalse();
    assertThat(Traffic.arrives(b, new InetSocketAddress(0), a, A, 7)).isFalse();
  }

  @Test
  void aBurstAndAPeakRate() throws Exception {
    start("{ingressBandwidth: 8000, ingressBurst: 800000}");
    assertThat(received(a, b, B, 80)).as("within the burst of 100,000 bytes").isEqualTo(80);

    asks("{%s, ingressPeakrate: 16000, ingressMinburst: 3000}".formatted(SLOW_IN));
    assertThat(bucket("cali2")).contains(new TokenBucket(1000, 10_000, 2000, 3000, 131_072).kept());
  }

  @Test
  void aChangeCountsAtOnce() throws Exception {
    start(BOTH);
    isLimited("cali2", received(a, b, B, SENT));
    isLimited(IFB, received(b, a, A, SENT));
    Counters before = counters("cali2");

    asks("{ingressBandwidth: 8000000000, egressBandwidth: 8000000000}");

    assertThat(bucket(IFB)).isEqualTo(bucket("cali2")).isPresent();
    // what waits goes when the kernel looks at it again
    Waiting.until("the queues are empty", () -> isDrained("cali2") && isDrained(IFB));
    assertThat(received(a, b, B, 80)).isEqualTo(80);
    assertThat(received(b, a, A, 80)).isEqualTo(80);
    assertThat(counters("cali2").dropped()).as("it is the same one").isEqualTo(before.dropped());
  }

  private boolean isDrained(String device) {
    try {
      return statistics(device).group(5).equals("0");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void removedLimitsLeaveNothing() throws Exception {
    start(BOTH);
    assertThat(machine.kernel().links().find(IFB)).isPresent();

    asks("{}");

    assertThat(ours()).isEmpty();
    assertThat(machine.kernel().links().find(IFB)).isEmpty();
    assertThat(machine.kernel().traffic().qdiscs())
        .noneMatch(qdisc -> qdisc.place() == Place.INGRESS);
    assertThat(received(a, b, B, 80)).isEqualTo(80);
    assertThat(received(b, a, A, 80)).isEqualTo(80);
  }

  @Test
  void anotherAgentAdoptsWhatIsThere() throws Exception {
    start(BOTH);
    received(a, b, B, SENT);
    received(b, a, A, SENT);
    List<Qdisc> before = ours();
    int ifb = machine.kernel().links().find(IFB).orElseThrow().index();
    Counters in = counters("cali2");
    Counters out = counters(IFB);

    machine.restart();
    cluster.settle(machine);

    assertThat(machine.watched().written()).isEmpty();
    assertThat(ours()).isEqualTo(before).hasSize(2);
    assertThat(machine.kernel().links().find(IFB).orElseThrow().index()).isEqualTo(ifb);
    assertThat(counters("cali2").dropped()).isEqualTo(in.dropped());
    assertThat(counters(IFB).dropped()).isEqualTo(out.dropped());
  }

  @Test
  void podsThatWentWhileNobodyLookedLeaveNothing() throws Exception {
    start(BOTH);
    machine.stop();
    machine.kernel().links().delete("cali2");
    machine.kernel().links().createIfb("bwp123456789abc", 1500);
    machine.kernel().links().createIfb("bwcali00calicos", 1500);
    cluster.delete(POD);
    assertThat(machine.kernel().links().find(IFB)).isPresent();

    machine.restart();
    cluster.settle(machine);

    assertThat(machine.kernel().links().list())
        .filteredOn(link -> link.kind() instanceof Link.Kind.Ifb)
        .extracting(Link::name)
        .containsExactly("bwp123456789abc");
    assertThat(ours()).isEmpty();
  }

  @Test
  void aPodThatGoesTakesItAllAlong() throws Exception {
    start(BOTH);

    machine.kernel().links().delete("cali2");

    Waiting.until(IFB + " is gone", () -> machine.kernel().links().find(IFB).isEmpty());
    machine.awaitState(POD, EndpointStatus.State.NO_INTERFACE);
    assertThat(ours()).isEmpty();
    assertThat(machine.report().problems()).isEmpty();
  }

  @Test
  void theInterfaceOnTheWayOutIsMadeAnew() throws Exception {
    start("{egressBandwidth: 8000000000}");
    int before = machine.kernel().links().find(IFB).orElseThrow().index();

    machine.kernel().links().delete(IFB);

    Waiting.until(
        "it is there again",
        () ->
            machine.kernel().links().find(IFB).filter(link -> link.index() != before).isPresent());
    cluster.settle(machine);
    assertThat(received(b, a, A, 50)).isEqualTo(50);
  }

  @Test
  void whatAnotherPluginPutThereStays() throws Exception {
    int pod = machine.kernel().links().find("cali2").orElseThrow().index();
    TokenBucket others = new TokenBucket(125_000_000, 1_000_000, 0, 0, 131_072);
    start("{}");
    asks(BOTH); // assumes that the kernel can
    asks("{}");
    machine.kernel().traffic().addBucket(pod, 0x1_0000, others);
    machine.kernel().links().createIfb("bwp123456789abc", 1500);
    Link ifb = machine.kernel().links().find("bwp123456789abc").orElseThrow();
    machine.kernel().links().setUp(ifb.index(), true);
    machine.kernel().traffic().addIngress(pod);
    machine.kernel().traffic().redirect(pod, 49_152, ifb.index());
    List<Qdisc> before = machine.kernel().traffic().qdiscs();

    pod(BOTH);
    cluster.settle(machine);

    assertThat(machine.report().problems()).isEmpty();
    assertThat(machine.report().warnings())
        .singleElement()
        .asString()
        .contains("somebody else's tbf 1:", "somebody else's filter");
    asks("{}");
    assertThat(machine.kernel().traffic().qdiscs()).isEqualTo(before);
    assertThat(machine.kernel().traffic().filtersIn(pod)).hasSize(1);
    assertThat(received(a, b, B, 50)).isEqualTo(50);
    assertThat(received(b, a, A, 50)).isEqualTo(50);
  }

  /// What goes to other pods and to nodes keeps what it was sent with.
  @Test
  void dscpIsSetOnWhatLeavesTheCluster() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nft")), "needs nft(8) to count");
    pod("{dscp: AF31}");
    machine.start();
    cluster.settle(machine);
    count(router.namespace());
    count(a);

    assertThat(Traffic.udp(b, router.namespace(), ROUTER, 7)).isTrue();
    assertThat(Traffic.udp(a, router.namespace(), ROUTER, 7)).isTrue();
    assertThat(Traffic.udp(b, a, A, 7)).isTrue();

    assertThat(counted(router.namespace(), "af31")).isPositive();
    assertThat(counted(router.namespace(), "cs0")).as("of the other pod").isPositive();
    assertThat(counted(a, "af31")).isZero();
    assertThat(counted(a, "cs0")).isPositive();

    cluster.put(
        machine,
        """
        kind: Node
        metadata: {name: router}
        spec: {bgp: {ipv4Address: 192.0.2.254/24}}
        """);
    long before = counted(router.namespace(), "af31");
    assertThat(Traffic.udp(b, router.namespace(), ROUTER, 7)).isTrue();
    assertThat(counted(router.namespace(), "af31")).as("a node by now").isEqualTo(before);
  }

  private static void count(NetworkNamespace namespace) throws Exception {
    said(namespace, "nft", "add table ip seen");
    said(
        namespace,
        "nft",
        "add chain ip seen in { type filter hook prerouting priority -400; policy accept; }");
    said(namespace, "nft", "add rule ip seen in udp dport 7 ip dscp af31 counter");
    said(namespace, "nft", "add rule ip seen in udp dport 7 ip dscp cs0 counter");
  }

  private static long counted(NetworkNamespace namespace, String dscp) throws Exception {
    Matcher matcher =
        Pattern.compile("ip dscp %s counter packets (\\d+)".formatted(dscp))
            .matcher(said(namespace, "nft", "list table ip seen"));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private List<Qdisc> ours() {
    return machine.kernel().traffic().qdiscs().stream()
        .filter(qdisc -> qdisc.kind().equals("tbf"))
        .toList();
  }

  private Optional<TokenBucket.Kept> bucket(String device) {
    int link = machine.kernel().links().find(device).orElseThrow().index();
    return ours().stream().filter(qdisc -> qdisc.link() == link).findFirst().flatMap(Qdisc::bucket);
  }

  private Counters counters(String device) throws IOException, InterruptedException {
    Matcher matcher = statistics(device);
    return new Counters(
        Long.parseLong(matcher.group(1)),
        Long.parseLong(matcher.group(2)),
        Long.parseLong(matcher.group(3)),
        Long.parseLong(matcher.group(4)));
  }

  private Matcher statistics(String device) throws IOException, InterruptedException {
    String text = said(machine.namespace(), "tc", "-s", "qdisc", "show", "dev", device, "root");
    assertThat(text).contains("tbf b21d:");
    Matcher matcher = COUNTERS.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher;
  }

  private static String said(NetworkNamespace namespace, String... command)
      throws IOException, InterruptedException {
    Process process =
        namespace.call(() -> new ProcessBuilder(command).redirectErrorStream(true).start());
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }
}
