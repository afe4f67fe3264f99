// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import dev.brindle.felix.settings.ClusterRouting;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Setting;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.model.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Three nodes: n1 is this one, n2 is in its subnet, n3 behind a router. Each has one block.
class ClusterRoutesTest {

  private static final Underlay UNDERLAY =
      new Underlay(
          Map.of(
              IpFamily.IPV4, new Underlay.Parent(2, "eth0"),
              IpFamily.IPV6, new Underlay.Parent(2, "eth0")),
          OptionalInt.of(1500));

  @ParameterizedTest(name = "{0} {1} ipip {2} vxlan {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # felix writes    | family | ipip        | vxlan       | own       | to n2, same subnet      | to n3
          EnabledIPIPOnly   | 4      | Never       | Never       |           |                         |
          EnabledIPIPOnly   | 4      | Always      | Never       | blackhole | 192.0.2.2 tunl0         | 198.51.100.3 tunl0
          EnabledIPIPOnly   | 4      | CrossSubnet | Never       | blackhole | 192.0.2.2 eth0          | 198.51.100.3 tunl0
          EnabledIPIPOnly   | 4      | Never       | Always      | blackhole | 10.0.2.1 vxlan.calico   | 10.0.3.1 vxlan.calico
          EnabledIPIPOnly   | 4      | Never       | CrossSubnet | blackhole | 192.0.2.2 eth0          | 10.0.3.1 vxlan.calico
          Disabled          | 4      | Always      | Never       |           |                         |
          Disabled          | 4      | Never       | Always      | blackhole | 10.0.2.1 vxlan.calico   | 10.0.3.1 vxlan.calico
          Enabled           | 4      | Never       | Never       | blackhole | 192.0.2.2 eth0          |
          Enabled           | 4      | Always      | Never       | blackhole | 192.0.2.2 tunl0         | 198.51.100.3 tunl0
          EnabledNoEncapOnly| 4      | Never       | Never       | blackhole | 192.0.2.2 eth0          |
          EnabledNoEncapOnly| 4      | Always      | Never       |           |                         |
          EnabledIPIPOnly   | 6      | Never       | Never       |           |                         |
          EnabledIPIPOnly   | 6      | Always      | Never       |           |                         |
          EnabledIPIPOnly   | 6      | Never       | Always      | blackhole | fd00:2::1 vxlan-v6.calico | fd00:3::1 vxlan-v6.calico
          EnabledIPIPOnly   | 6      | Never       | CrossSubnet | blackhole | fd01::2 eth0            | fd00:3::1 vxlan-v6.calico
          Enabled           | 6      | Never       | Never       | blackhole | fd01::2 eth0            |
          """)
  void whatFelixWrites(
      String setting,
      int version,
      String ipip,
      String vxlan,
      @Nullable String own,
      @Nullable String sameSubnet,
      @Nullable String behindRouter) {
    boolean isV4 = version == 4;
    ClusterView view = view(pool(isV4 ? "10.0.0.0/16" : "fd00::/16", mode(ipip), mode(vxlan)));

    Map<String, String> routes = routes(view, settings(setting));

    assertThat(routes.get(isV4 ? "10.0.1.0/26" : "fd00:1::/122")).isEqualTo(own);
    assertThat(routes.get(isV4 ? "10.0.2.0/26" : "fd00:2::/122")).isEqualTo(sameSubnet);
    assertThat(routes.get(isV4 ? "10.0.3.0/26" : "fd00:3::/122")).isEqualTo(behindRouter);
  }

  @Test
  void aBorrowedAddressHasARouteOfItsOwn() {
    IpamBlock ownBlock = block("10.0.1.0/26", "host:n1", List.of(-1, -1, 0), Map.of("node", "n3"));
    ClusterView view =
        new ClusterView(
            "n1",
            nodes(),
            List.of(pool("10.0.0.0/16", EncapsulationMode.NEVER, EncapsulationMode.ALWAYS)),
            List.of(BlockHolders.of(ownBlock)),
            List.of());

    assertThat(routes(view, Settings.DEFAULTS))
        .containsEntry("10.0.1.0/26", "blackhole")
        .containsEntry("10.0.1.2/32", "10.0.3.1 vxlan.calico");
  }

  @Test
  void aNodeWithoutATunnelAddressGetsNoRouteYet() {
    ClusterView full = view(pool("10.0.0.0/16", EncapsulationMode.NEVER, EncapsulationMode.ALWAYS));
    CalicoNode bare = node("n3", "198.51.100.3/24", "fd02::3/64", null, null);
    Map<String, CalicoNode> nodes =
        Map.of("n1", full.nodes().get("n1"), "n2", full.nodes().get("n2"), "n3", bare);

    assertThat(
            routes(
                new ClusterView("n1", nodes, full.pools(), full.blocks(), full.affinities()),
                Settings.DEFAULTS))
        .containsKey("10.0.2.0/26")
        .doesNotContainKey("10.0.3.0/26");
  }

  @Test
  void theMacAddressOfATunnelComesFromTheNodesName() {
    assertThat(TunnelPlan.mac("remotehostname", IpFamily.IPV4)).hasToString("66:3e:ca:a4:db:65");
  }

  @Test
  void aTunnelKnowsEveryOtherNode() {
    TunnelPlan plan =
        TunnelPlan.of(
            view(pool("10.0.0.0/16", EncapsulationMode.NEVER, EncapsulationMode.CROSS_SUBNET)),
            UNDERLAY,
            Settings.DEFAULTS,
            List.of(IpFamily.values()));

    assertThat(plan.ipip()).isEmpty();
    assertThat(plan.podMtu()).isEqualTo(1450);
    TunnelPlan.VxlanTunnel tunnel = plan.vxlans().getFirst();
    assertThat(tunnel.address()).hasToString("10.0.1.1");
    assertThat(tunnel.neighbours())
        .extracting(n -> n.address().toString())
        .containsExactly("10.0.2.1", "10.0.3.1");
    assertThat(tunnel.forwarding())
        .extracting(f -> f.remote().toString())
        .containsExactly("192.0.2.2", "198.51.100.3");
  }

  private static Map<String, String> routes(ClusterView view, Settings settings) {
    return ClusterRoutes.of(view, UNDERLAY, settings, List.of(IpFamily.values())).stream()
        .collect(Collectors.toMap(r -> r.destination().toString(), ClusterRoutesTest::text));
  }

  private static String text(Route route) {
    return route.hops().stream()
        .map(hop -> hop.gateway().map(Object::toString).orElse("") + " " + hop.device())
        .findFirst()
        .orElse("blackhole");
  }

  private static Settings settings(String word) {
    ClusterRouting routing =
        List.of(ClusterRouting.values()).stream()
            .filter(value -> value.toString().equals(word))
            .findFirst()
            .orElseThrow();
    return Settings.DEFAULTS.with(
        Parameters.PROGRAM_CLUSTER_ROUTES, routing, Setting.Source.ENVIRONMENT);
  }

  private static EncapsulationMode mode(String word) {
    return List.of(EncapsulationMode.values()).stream()
        .filter(value -> value.toString().equals(word))
        .findFirst()
        .orElseThrow();
  }

  private static ClusterView view(IpPool pool) {
    return new ClusterView(
        "n1",
        nodes(),
        List.of(pool),
        List.of(
            BlockHolders.of(block("10.0.1.0/26", "host:n1", List.of(), Map.of())),
            BlockHolders.of(block("10.0.2.0/26", "host:n2", List.of(), Map.of())),
            BlockHolders.of(block("fd00:1::/122", "host:n1", List.of(), Map.of())),
            BlockHolders.of(block("fd00:2::/122", "host:n2", List.of(), Map.of()))),
        List.of(affinity("n3", "10.0.3.0/26"), affinity("n3", "fd00:3::/122")));
  }

  private static Map<String, CalicoNode> nodes() {
    return Map.of(
        "n1", node("n1", "192.0.2.1/24", "fd01::1/64", "10.0.1.1", "fd00:1::1"),
        "n2", node("n2", "192.0.2.2/24", "fd01::2/64", "10.0.2.1", "fd00:2::1"),
        "n3", node("n3", "198.51.100.3/24", "fd02::3/64", "10.0.3.1", "fd00:3::1"));
  }

  private static CalicoNode node(
      String name, String v4, String v6, @Nullable String vtep, @Nullable String vtepV6) {
    return new CalicoNode(
        Metadata.named(name),
        new CalicoNode.Spec(
            Optional.of(
                new CalicoNode.Bgp(
                    Optional.empty(),
                    Optional.of(InterfaceAddress.parse(v4)),
                    Optional.of(InterfaceAddress.parse(v6)),
                    Optional.empty(),
                    "")),
            Optional.ofNullable(vtep).map(IpAddress::parse),
            "",
            Optional.ofNullable(vtepV6).map(IpAddress::parse),
            "",
            List.of(),
            List.of(),
            List.of()));
  }

  private static IpPool pool(String cidr, EncapsulationMode ipip, EncapsulationMode vxlan) {
    return new IpPool(
        Metadata.named("pool"),
        new IpPool.Spec(
            Cidr.parse(cidr),
            ipip,
            vxlan,
            true,
            false,
            false,
            0,
            "",
            "",
            List.of(),
            IpPool.AssignmentMode.AUTOMATIC));
  }

  private static IpamBlock block(
      String cidr, String affinity, List<Integer> allocations, Map<String, String> owner) {
    return new IpamBlock(
        Metadata.named(cidr.replace('.', '-').replace(':', '-').replace('/', '-')),
        new IpamBlock.Spec(
            Cidr.parse(cidr),
            Optional.of(affinity),
            "",
            allocations,
            List.of(),
            owner.isEmpty()
                ? List.of()
                : List.of(new IpamBlock.Attribute("h", owner, Map.of(), Optional.empty())),
            1,
            Map.of(),
            false));
  }

  private static BlockAffinity affinity(String node, String cidr) {
    return new BlockAffinity(
        Metadata.named(node + "-" + cidr.replace('.', '-').replace(':', '-').replace('/', '-')),
        new BlockAffinity.Spec(
            BlockAffinity.State.CONFIRMED, node, "host", Cidr.parse(cidr), false));
  }
}
