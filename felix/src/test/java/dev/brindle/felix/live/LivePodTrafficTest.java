// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What settings and endpoints, and not policy, make of two pods' traffic on the real kernel:
/// limits, addresses that are not their own, the host, the world.
class LivePodTrafficTest {

  private static final String A = PodRig.A;
  private static final String B = PodRig.B;
  private static final String HOST = PodRig.HOST;

  private PodRig rig;
  private Cluster cluster;
  private Machine machine;
  private Machine router;
  private NetworkNamespace a;
  private NetworkNamespace b;

  @BeforeEach
  void twoPods() throws InterruptedException {
    Machine.assumeRoot();
    rig = PodRig.ofBothFamilies();
    cluster = rig.cluster;
    machine = rig.machine;
    router = rig.router;
    a = rig.a;
    b = rig.b;
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
    long start = System.nanoTime();
    int received = received(30);
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    assertThat(received).isBetween(3, 3 + 1 + (int) seconds);
    limited("{ingressPacketRate: 10000}");
    assertThat(received(30)).isEqualTo(30);
    assertThat(machine.report().warnings()).isEmpty();
    assertThat(machine.report().problems()).isEmpty();
  }

  private SocketChannel client() {
    return a.call(() -> SocketChannel.open(StandardProtocolFamily.INET));
  }

  private void limited(String controls) throws InterruptedException {
    rig.endpoint("b", "qosControls: " + controls);
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
    asksForFloating("b", B, floating);
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

    asksForFloating("a", A, floating);
    assertThat(Traffic.udp(router.namespace(), a, floating, 7)).as("the lowest has it").isTrue();
    asksForFloating("a", A, "203.0.113.10");
    cluster.put(
        machine,
        """
        kind: NetworkPolicy
        metadata: {name: web, namespace: ns}
        spec: {selector: app == 'web', types: [Ingress]}
        """);
    assertThat(Traffic.udp(router.namespace(), b, floating, 8)).as("policy holds").isFalse();
  }

  private void asksForFloating(String pod, String own, String floating)
      throws InterruptedException {
    rig.endpoint(pod, "ipNATs: [{internalIP: %s, externalIP: %s}]".formatted(own, floating));
    cluster.settle(machine);
  }

  @Test
  void podsSendNoIpv6WhereItIsNotSupported() throws Exception {
    String address = "2001:db8::1";
    Machine.addAddress(machine.kernel(), "eth0", address + "/64");
    InetSocketAddress own = new InetSocketAddress(PodRig.A6, 0);
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
    assertThat(Traffic.udp(a, router.namespace(), PodRig.ROUTER, 7))
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
    rig.endpoint("a", "allowSpoofedSourcePrefixes: [%s]".formatted(prefixes));
    cluster.settle(machine);
  }
}
