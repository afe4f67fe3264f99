// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.BlockAffinity.State;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.testing.Namespaces;
import dev.brindle.node.testing.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BgpDriverTest {

  private final FakeKernel kernel = new FakeKernel();
  private final KernelRouteSink sink = new KernelRouteSink(kernel);
  private final Speaker speaker =
      new Speaker(sink, InstantSource.system(), new SplittableRandom(1));
  private final BgpDriver driver =
      new BgpDriver(
          settings(), speaker, sink, new ServiceWatch(new MemoryDatastore(), Map.of()), _ -> {});
  private int port;

  @BeforeEach
  void chooseAPort() throws Exception {
    Namespaces.loopback();
    port = Ports.free();
  }

  @AfterEach
  void end() {
    speaker.close();
    sink.close();
  }

  @Test
  void waitsForItsNode() {
    assertThat(driver.attempt(List.of()))
        .containsExactly("node n1 is not in the datastore, or has no address");
    assertThat(driver.obstacles()).containsExactly("the speaker has not started");
    assertThat(driver.report()).isEmpty();

    assertThat(driver.attempt(List.of(node("n1", ""), port()))).isNotEmpty();
    assertThat(driver.report()).isEmpty();
  }

  @Test
  void speaksToTheNodesThereAre() {
    assertThat(driver.attempt(List.of(n1(), n2(), port()))).isEmpty();
    assertThat(peers()).containsExactly("127.0.0.2");
    assertThat(driver.obstacles())
        .singleElement()
        .asString()
        .startsWith("no session with ")
        .contains("(127.0.0.2): ");

    assertThat(driver.attempt(List.of(n1(), n2(), node("n3", "127.0.0.3/32"), port()))).isEmpty();
    assertThat(peers()).containsExactlyInAnyOrder("127.0.0.2", "127.0.0.3");

    assertThat(driver.attempt(List.of(n1(), port()))).isEmpty();
    assertThat(peers()).isEmpty();
    assertThat(driver.obstacles()).isEmpty();
  }

  @Test
  void aNodeThatIsRemovedDoesNotEndTheSpeaker() {
    assertThat(driver.attempt(List.of(n1(), n2(), port()))).isEmpty();

    assertThat(driver.attempt(List.of(n2(), port())))
        .containsExactly("node n1 is not in the datastore, or has no address");

    assertThat(peers()).containsExactly("127.0.0.2");
    assertThat(driver.attempt(List.of(n1(), n2(), port()))).isEmpty();
  }

  @Test
  void anAddressThatChangesIsSpokenFrom() {
    assertThat(driver.attempt(List.of(n1(), n2(), port()))).isEmpty();
    assertThat(driver.report().orElseThrow().identifier()).hasToString("127.0.0.1");

    assertThat(driver.attempt(List.of(node("n1", "127.0.0.9/32"), n2(), port()))).isEmpty();

    assertThat(driver.report().orElseThrow().identifier()).hasToString("127.0.0.9");
  }

  @Test
  void aTakenPortIsAProblemUntilItIsFree() throws Exception {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
      assertThat(driver.attempt(List.of(n1(), port())))
          .singleElement()
          .asString()
          .contains("cannot listen for BGP", Integer.toString(port));
      assertThat(driver.obstacles()).containsExactly("the speaker has not started");
    }

    assertThat(driver.attempt(List.of(n1(), port()))).isEmpty();
    assertThat(driver.obstacles()).isEmpty();
  }

  @Test
  void ownBlocksAreBlackholesWhereBirdWritesTheRoutes() {
    List<Resource> all = new ArrayList<>(List.of(n1(), n2(), port()));
    all.add(pool("plain", "10.1.0.0/16", "Never", "Never"));
    all.add(pool("vxlan", "10.2.0.0/16", "Never", "Always"));
    all.add(pool("ipip", "10.3.0.0/16", "Always", "Never"));
    all.add(block("n1", "10.1.0.0/26", State.CONFIRMED, false));
    all.add(block("n1", "10.1.0.64/26", State.PENDING, false));
    all.add(block("n1", "10.1.0.128/26", State.CONFIRMED, true));
    all.add(block("n2", "10.1.0.192/26", State.CONFIRMED, false));
    all.add(block("n1", "10.2.0.0/26", State.CONFIRMED, false));
    all.add(block("n1", "10.3.0.0/26", State.CONFIRMED, false));

    assertThat(driver.attempt(all)).isEmpty();
    awaitRoutes(Set.of("10.1.0.0/26"));

    all.add(felix("programClusterRoutes: Disabled"));
    assertThat(driver.attempt(all)).isEmpty();
    awaitRoutes(Set.of("10.1.0.0/26", "10.3.0.0/26"));
  }

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      textBlock =
          """
          # a pod of, with addresses,           is news to BGP
          n1,         10.1.0.5/32,              false
          n1,         10.1.0.5/32 fd00::5/128,  true
          n1,         10.1.0.70/32,             true
          n1,         10.1.0.200/32,            true
          n1,         10.1.1.1/32,              true
          n2,         10.1.0.70/32,             false
          """)
  void podsThatMatter(String node, String networks, boolean matters) {
    List<Resource> all = new ArrayList<>(List.of(n1(), n2()));
    all.add(block("n1", "10.1.0.0/26", State.CONFIRMED, false));
    all.add(block("n1", "10.1.0.64/26", State.PENDING, false));
    all.add(block("n2", "10.1.0.192/26", State.CONFIRMED, false));
    all.add(block("n1", "10.1.1.1/32", State.CONFIRMED, false));
    Resource pod =
        ResourceCodec.readStored(
            ResourceKind.WORKLOAD_ENDPOINT,
            """
            {"metadata": {"name": "n1-k8s-web-eth0", "namespace": "default"},
             "spec": {"node": "%s", "interfaceName": "cali1", "ipNetworks": ["%s"]}}
            """
                .formatted(node, networks.replace(" ", "\",\"")));

    assertThat(driver.isHeld(pod)).isEqualTo(node.equals("n1"));
    assertThat(all).allMatch(driver::isHeld);
    assertThat(driver.matters(pod, all)).isEqualTo(matters);
    assertThat(all).allMatch(other -> driver.matters(other, all));
  }

  @Test
  void floatingAddressesAreAnnouncedWhereTheyLeadToPods() {
    List<Resource> all = new ArrayList<>(List.of(n1(), n2(), port()));
    all.add(pool("plain", "10.1.0.0/16", "Never", "Never"));
    all.add(block("n1", "10.1.0.0/26", State.CONFIRMED, false));
    Resource pod =
        ResourceCodec.readStored(
            ResourceKind.WORKLOAD_ENDPOINT,
            """
            {"metadata": {"name": "n1-k8s-web-eth0", "namespace": "default"},
             "spec": {"node": "n1", "interfaceName": "cali1", "ipNetworks": ["10.1.0.5/32"],
                      "ipNATs": [{"internalIP": "10.1.0.5", "externalIP": "10.1.9.9"}]}}
            """);
    assertThat(driver.matters(pod, all)).isTrue();
    all.add(pod);
    awaitNone(() -> driver.attempt(all));
    assertThat(told()).contains("10.1.0.0/26").doesNotContain("10.1.9.9/32");

    all.add(felix("floatingIPs: Enabled"));
    awaitNone(() -> driver.attempt(all));
    assertThat(told()).contains("10.1.0.0/26", "10.1.9.9/32");
  }

  private List<String> told() {
    return driver.speaker().orElseThrow().routes().stream()
        .map(route -> route.prefix().toString())
        .toList();
  }

  @Test
  void aFilterThatIsNotThereIsSaidAndOneThatCannotBeReadGivesNoSession() {
    Resource peer =
        resource(
            "BGPPeer", "tor", "{peerIP: 127.0.0.9, asNumber: 65001, filters: [known, nowhere]}");
    Resource good =
        resource("BGPFilter", "known", "{exportV4: [{action: Reject, interface: 'eth*'}]}");
    Resource bad = resource("BGPFilter", "known", "{exportV4: [{action: Reject, source: Me}]}");

    awaitNone(() -> driver.attempt(List.of(n1(), port(), peer, good)));
    assertThat(driver.problems())
        .containsExactly(
            "BGPPeer tor: there is no BGPFilter nowhere: routes pass as if it were not named");
    assertThat(driver.report().orElseThrow().peers().getFirst().reason())
        .doesNotContain("BGPFilter");

    assertThat(driver.attempt(List.of(n1(), port(), peer, bad))).isEmpty();
    assertThat(driver.report().orElseThrow().peers().getFirst().reason())
        .isEqualTo("BGPFilter known, exportV4 rule 1: source is 'Me', not RemotePeers");
  }

  /// The sink reads on a thread of its own.
  private static void awaitNone(Supplier<List<String>> attempt) {
    AtomicReference<List<String>> last = new AtomicReference<>(List.of());
    Waiting.until(
        () -> "no problem instead of " + last.get(),
        () -> {
          last.set(attempt.get());
          return last.get().isEmpty();
        });
  }

  @Test
  void filtersThatLookAtInterfacesFollowTheRoutesOfOthers() {
    Resource peer =
        resource("BGPPeer", "tor", "{peerIP: 127.0.0.9, asNumber: 65001, filters: [f]}");
    Resource plain = resource("BGPFilter", "f", "{exportV4: [{action: Reject}]}");
    Resource looks = resource("BGPFilter", "f", "{exportV4: [{action: Reject, interface: eth1}]}");
    kernel.links().createVeth("eth1", Optional.empty(), 1500, 0, "p", Optional.empty(), "/n");
    kernel.links().setUp(kernel.links().find("eth1").orElseThrow().index(), true);
    RouteChange added =
        new RouteChange.Add(Route.onDevice(Cidr.parse("192.0.2.0/24"), RouteOwner.KERNEL, "eth1"));

    assertThat(driver.attempt(List.of(n1(), port(), peer, plain))).isEmpty();
    kernel.routes().byOther(added);
    sink.finish(Waiting.PATIENCE);
    assertThat(driver.hasOtherWays()).isFalse();

    awaitNone(() -> driver.attempt(List.of(n1(), port(), peer, looks)));
    assertThat(driver.hasOtherWays()).isFalse();
    kernel.routes().byOther(new RouteChange.Remove(added.route()));
    Waiting.until("other ways", driver::hasOtherWays);
  }

  @Test
  void anyOrderOfResourcesGivesTheSame() {
    List<Resource> all = new ArrayList<>(List.of(n1(), n2(), port()));
    all.add(node("n3", "127.0.0.3/32"));
    all.add(pool("plain", "10.1.0.0/16", "Never", "Never"));
    all.add(block("n1", "10.1.0.0/26", State.CONFIRMED, false));
    assertThat(driver.attempt(all)).isEmpty();
    Set<String> first = peers();

    assertThat(driver.attempt(all.reversed())).isEmpty();

    assertThat(peers()).isEqualTo(first);
    awaitRoutes(Set.of("10.1.0.0/26"));
  }

  private Set<String> peers() {
    return driver.report().orElseThrow().peers().stream()
        .map(PeerReport::address)
        .map(Object::toString)
        .collect(Collectors.toSet());
  }

  /// The sink writes on a thread of its own.
  private void awaitRoutes(Set<String> expected) {
    Waiting.until(
        () -> "blackholes %s, found %s".formatted(expected, blackholes()),
        () -> sink.size() == expected.size() && blackholes().equals(expected));
  }

  private Set<String> blackholes() {
    return List.copyOf(kernel.routes().all()).stream()
        .filter(route -> route.owner().equals(RouteOwner.BIRD))
        .filter(route -> route.type() == Route.Type.BLACKHOLE)
        .map(route -> route.destination().toString())
        .collect(Collectors.toSet());
  }

  private static NodeSettings settings() {
    return NodeSettingsReader.read(
        Map.of("NODENAME", "n1"), new NodeSettingsReader.HostNames("", ""));
  }

  private static Resource n1() {
    return node("n1", "127.0.0.1/32");
  }

  private static Resource n2() {
    return node("n2", "127.0.0.2/32");
  }

  private static Resource node(String name, String address) {
    String bgp = address.isEmpty() ? "{}" : "{bgp: {ipv4Address: %s}}".formatted(address);
    return resource("Node", name, bgp);
  }

  private Resource port() {
    return resource("BGPConfiguration", "default", "{listenPort: %d}".formatted(port));
  }

  private static Resource pool(String name, String cidr, String ipip, String vxlan) {
    return resource(
        "IPPool", name, "{cidr: %s, ipipMode: %s, vxlanMode: %s}".formatted(cidr, ipip, vxlan));
  }

  private static Resource block(String node, String cidr, State state, boolean isDeleted) {
    return new BlockAffinity(
        Metadata.named(node + "-" + cidr.replaceAll("[./]", "-")),
        new BlockAffinity.Spec(state, node, "host", Cidr.parse(cidr), isDeleted));
  }

  private static Resource felix(String field) {
    return resource("FelixConfiguration", "default", "{%s}".formatted(field));
  }

  static Resource resource(String kind, String name, String spec) {
    Collection<Resource> read =
        ResourceCodec.read(
            """
            apiVersion: projectcalico.org/v3
            kind: %s
            metadata: {name: %s}
            spec: %s
            """
                .formatted(kind, name, spec));
    return read.iterator().next();
  }
}
