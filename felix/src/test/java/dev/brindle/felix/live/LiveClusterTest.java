// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.Metadata;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two machines with a pod each, and packets between the pods.
class LiveClusterTest {

  private static final String A = "10.65.1.2";
  private static final String B = "10.65.2.2";
  private static final String A6 = "fd00:65:1::2";
  private static final String B6 = "fd00:65:2::2";

  private final Cluster cluster = new Cluster();
  private Machine first;
  private Machine second;
  private NetworkNamespace a;
  private NetworkNamespace b;

  @BeforeEach
  void twoMachines() {
    Machine.assumeRoot();
    first = new Machine("n1", cluster.datastore());
    second = new Machine("n2", cluster.datastore());
    a = first.pod("cali1", A, A6);
    b = second.pod("cali2", B, B6);
    cluster.put(
        """
        kind: Profile
        metadata: {name: kns.ns}
        spec: {ingress: [{action: Allow}], egress: [{action: Allow}]}
        """);
    endpoint("n1", "cali1", A, A6);
    endpoint("n2", "cali2", B, B6);
    block("n1", "10.65.1.0/26");
    block("n2", "10.65.2.0/26");
    block("n1", "fd00:65:1::/122");
    block("n2", "fd00:65:2::/122");
  }

  @AfterEach
  void close() {
    if (first != null) {
      first.close();
      second.close();
    }
  }

  private void endpoint(String node, String device, String address, String address6) {
    cluster.put(
        """
        kind: WorkloadEndpoint
        metadata: {name: %1$s-k8s-pod-eth0, namespace: ns}
        spec:
          node: %1$s
          orchestrator: k8s
          pod: pod
          endpoint: eth0
          interfaceName: %2$s
          ipNetworks: [%3$s/32, "%4$s/128"]
          profiles: [kns.ns]
        """
            .formatted(node, device, address, address6));
  }

  private void block(String node, String cidr) {
    String name = node + "-" + cidr.replaceAll("[.:/]", "-").replace("--", "-");
    cluster.put(
        new BlockAffinity(
            Metadata.named(name),
            new BlockAffinity.Spec(
                BlockAffinity.State.CONFIRMED, node, "host", Cidr.parse(cidr), false)));
  }

  private void node(String name, String address, String address6, int number) {
    cluster.put(
        """
        kind: Node
        metadata: {name: %1$s}
        spec:
          bgp: {ipv4Address: %2$s, ipv6Address: "%3$s", ipv4IPIPTunnelAddr: 10.65.%4$d.1}
          ipv4VXLANTunnelAddr: 10.65.%4$d.1
          ipv6VXLANTunnelAddr: "fd00:65:%4$d::1"
        """
            .formatted(name, address, address6, number));
  }

  private void pools(String vxlanMode) {
    cluster.put(
        """
        kind: IPPool
        metadata: {name: v4}
        spec: {cidr: 10.65.0.0/16, vxlanMode: %s, natOutgoing: true}
        """
            .formatted(vxlanMode));
    cluster.put(
        """
        kind: IPPool
        metadata: {name: v6}
        spec: {cidr: "fd00:65::/32", vxlanMode: %s}
        """
            .formatted(vxlanMode));
  }

  private void oneSubnet() {
    first.connect("eth0", "192.0.2.1/24", second, "192.0.2.2/24");
    Machine.addAddress(first.kernel(), "eth0", "2001:db8::1/64");
    Machine.addAddress(second.kernel(), "eth0", "2001:db8::2/64");
    first.defaultRoute("192.0.2.2", "eth0");
    second.defaultRoute("192.0.2.1", "eth0");
    node("n1", "192.0.2.1/24", "2001:db8::1/64", 1);
    node("n2", "192.0.2.2/24", "2001:db8::2/64", 2);
  }

  private void twoSubnets() {
    first.connect("eth0", "192.0.2.1/24", second, "198.51.100.2/24");
    Machine.addAddress(first.kernel(), "eth0", "2001:db8:1::1/64");
    Machine.addAddress(second.kernel(), "eth0", "2001:db8:2::2/64");
    first.put(Route.onDevice(Cidr.parse("198.51.100.0/24"), RouteOwner.BOOT, "eth0"));
    second.put(Route.onDevice(Cidr.parse("192.0.2.0/24"), RouteOwner.BOOT, "eth0"));
    first.put(Route.onDevice(Cidr.parse("2001:db8:2::/64"), RouteOwner.BOOT, "eth0"));
    second.put(Route.onDevice(Cidr.parse("2001:db8:1::/64"), RouteOwner.BOOT, "eth0"));
    first.defaultRoute("198.51.100.2", "eth0");
    second.defaultRoute("192.0.2.1", "eth0");
    node("n1", "192.0.2.1/24", "2001:db8:1::1/64", 1);
    node("n2", "198.51.100.2/24", "2001:db8:2::2/64", 2);
  }

  private void start() throws InterruptedException {
    first.start();
    second.start();
    cluster.settle(first);
    cluster.settle(second);
    assertThat(first.report().problems()).isEmpty();
    assertThat(second.report().problems()).isEmpty();
  }

  private static String device(Machine machine, String destination) {
    Cidr cidr = Cidr.parse(destination);
    return machine.kernel().routes().list(cidr.family()).stream()
        .filter(route -> route.destination().equals(cidr))
        .map(route -> route.hops().getFirst().device())
        .findFirst()
        .orElse("none");
  }

  private void podsReachEachOther() throws Exception {
    assertThat(Traffic.ping(a, B)).isTrue();
    assertThat(Traffic.udp(a, b, B, 7)).isTrue();
    assertThat(Traffic.tcp(b, a, A, 80)).isTrue();
    assertThat(Traffic.ping(first.namespace(), B)).as("from the machine itself").isTrue();
    if (Traffic.speaksIpv6()) {
      assertThat(Traffic.udp(a, b, B6, 7)).isTrue();
      assertThat(Traffic.tcp(b, a, A6, 80)).isTrue();
    }
  }

  @Test
  void overVxlan() throws Exception {
    oneSubnet();
    pools("Always");
    start();

    assertThat(device(first, "10.65.2.0/26")).isEqualTo("vxlan.calico");
    assertThat(device(first, "fd00:65:2::/122")).isEqualTo("vxlan-v6.calico");
    podsReachEachOther();
    for (String tunnelEnd : List.of("192.0.2.1", "2001:db8::1")) {
      assertThat(first.kernel().conntrack().forget(IpAddress.parse(tunnelEnd)))
          .as("tracked connections of " + tunnelEnd)
          .isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Always", "CrossSubnet"})
  void pastHostEndpointsThatLetNothingElseThrough(String vxlanMode) throws Exception {
    oneSubnet();
    pools(vxlanMode);
    host("n1", "eth0", "under");
    host("n2", "eth0", "under");
    start();

    assertThat(Traffic.udp(first.namespace(), second.namespace(), "192.0.2.2", 7)).isFalse();
    assertThat(Traffic.ping(a, B)).isTrue();
    assertThat(Traffic.udp(a, b, B, 7)).isTrue();
    if (Traffic.speaksIpv6()) {
      assertThat(Traffic.tcp(b, a, A6, 80)).isTrue();
    }
    assertThat(Traffic.udp(first.namespace(), b, B, 9))
        .as("from the machine itself, by the tunnel's interface or by the closed one")
        .isEqualTo(vxlanMode.equals("Always"));
    first.restart();
    cluster.settle(first);
    assertThat(first.watched().written()).isEmpty();
  }

  @Test
  void whatComesOutOfATunnelIsJudgedByItself() throws Exception {
    oneSubnet();
    pools("Always");
    host("n2", "eth0", "under");
    host("n2", "\"*\"", "all");
    cluster.put(
        """
        kind: GlobalNetworkPolicy
        metadata: {name: under}
        spec:
          selector: role == 'under'
          doNotTrack: true
          applyOnForward: true
          ingress: [{action: Allow}]
          egress: [{action: Allow}]
        """);
    cluster.put(
        """
        kind: GlobalNetworkPolicy
        metadata: {name: all}
        spec:
          selector: role == 'all'
          applyOnForward: true
          ingress: [{action: Deny, protocol: UDP, destination: {ports: [7]}}, {action: Allow}]
        """);
    start();
    assertThat(Traffic.udp(first.namespace(), second.namespace(), "192.0.2.2", 7)).isTrue();
    assertThat(Traffic.udp(a, b, B, 8)).isTrue();
    assertThat(Traffic.udp(a, b, B, 7)).isFalse();
  }

  private void host(String node, String device, String role) {
    cluster.put(
        """
        kind: HostEndpoint
        metadata: {name: %1$s-%3$s, labels: {role: %3$s}}
        spec: {node: %1$s, interfaceName: %2$s}
        """
            .formatted(node, device, role));
  }

  @Test
  void acrossSubnetsOnlyOverVxlan() throws Exception {
    twoSubnets();
    pools("CrossSubnet");
    start();

    assertThat(device(first, "10.65.2.0/26")).isEqualTo("vxlan.calico");
    podsReachEachOther();
  }

  @Test
  void withinOneSubnetWithoutVxlan() throws Exception {
    oneSubnet();
    pools("CrossSubnet");
    start();

    assertThat(device(first, "10.65.2.0/26")).isEqualTo("eth0");
    assertThat(device(second, "fd00:65:1::/122")).isEqualTo("eth0");
    podsReachEachOther();
  }

  @Test
  void overIpip() throws Exception {
    assumeTrue(hasIpip(), "this kernel has no ipip");
    twoSubnets();
    cluster.put(
        """
        kind: FelixConfiguration
        metadata: {name: default}
        spec: {programClusterRoutes: Enabled}
        """);
    cluster.put(
        """
        kind: IPPool
        metadata: {name: v4}
        spec: {cidr: 10.65.0.0/16, ipipMode: CrossSubnet, natOutgoing: true}
        """);
    start();

    assertThat(device(first, "10.65.2.0/26")).isEqualTo("tunl0");
    assertThat(Traffic.ping(a, B)).isTrue();
    assertThat(Traffic.udp(a, b, B, 7)).isTrue();
    assertThat(Traffic.tcp(b, a, A, 80)).isTrue();
    assertThat(Traffic.ping(first.namespace(), B)).as("from the machine itself").isTrue();

    first.restart();
    cluster.settle(first);
    assertThat(first.watched().written()).isEmpty();
    assertThat(first.report().problems()).isEmpty();
  }

  private boolean hasIpip() {
    try {
      first
          .kernel()
          .links()
          .createIpip(
              "probe",
              new Link.Kind.Ipip(Optional.empty(), Optional.of(IpAddress.parse("192.0.2.99"))));
      first.kernel().links().delete("probe");
      return true;
    } catch (KernelException e) {
      assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP);
      return false;
    }
  }

  @Test
  void whatIsThereIsNotWrittenAgain() throws Exception {
    oneSubnet();
    pools("Always");
    start();
    List<Link> before = first.kernel().links().list();

    try (Flow flow = new Flow(a, b, B, 7)) {
      flow.awaitAnswers(50);
      first.restart();
      cluster.settle(first);
      assertThat(first.watched().written()).isEmpty();
      assertThat(first.report().problems()).isEmpty();
      assertThat(first.kernel().links().list()).isEqualTo(before);
      flow.awaitAnswers(50);
      assertThat(flow.lost()).isZero();
    }
  }

  @Test
  void aPoolThatLeavesItsTunnelTakesTheDevicesAway() throws Exception {
    oneSubnet();
    pools("Always");
    start();
    pools("CrossSubnet");
    cluster.settle(first);
    cluster.settle(second);
    podsReachEachOther();
    assertThat(device(first, "10.65.2.0/26")).isEqualTo("eth0");

    pools("Never");
    cluster.settle(first);
    assertThat(first.kernel().links().find("vxlan.calico")).isEmpty();
    assertThat(first.kernel().links().find("vxlan-v6.calico")).isEmpty();
    for (IpFamily family : IpFamily.values()) {
      assertThat(first.kernel().routes().list(family))
          .extracting(Route::owner)
          .doesNotContain(RouteOwner.FELIX);
    }
  }

  @Test
  void aRouteThatSomeoneTookAwayComesBack() throws Exception {
    oneSubnet();
    pools("Always");
    cluster.put(
        "kind: FelixConfiguration\nmetadata: {name: default}\nspec: {routeRefreshInterval: 1s}");
    start();
    Route lost =
        first.kernel().routes().list(IpFamily.IPV4).stream()
            .filter(route -> route.destination().equals(Cidr.parse("10.65.2.0/26")))
            .findFirst()
            .orElseThrow();
    assertThat(first.kernel().routes().apply(List.of(new RouteChange.Remove(lost)))).isEmpty();
    do {
      first.awaitApplies(1);
    } while (!device(first, "10.65.2.0/26").equals("vxlan.calico"));
    podsReachEachOther();
  }
}
