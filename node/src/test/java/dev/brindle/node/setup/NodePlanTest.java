// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.node.address.HostInterface;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodePlanTest {

  private static final InterfaceAddress OURS = InterfaceAddress.parse("192.0.2.7/24");

  private static final NodePlan PLAN =
      new NodePlan(
          "n1",
          Optional.of(new AsNumber(64_600)),
          Optional.of(OURS),
          Optional.empty(),
          List.of(),
          "");

  @Test
  void makesANewNode() {
    CalicoNode node = PLAN.applyTo(Optional.empty());

    assertThat(node.metadata().name()).isEqualTo("n1");
    assertThat(node.spec().bgp().orElseThrow().ipv4Address()).contains(OURS);
    assertThat(node.spec().addresses())
        .containsExactly(new CalicoNode.Address("192.0.2.7/24", "CalicoNodeIP"));
  }

  @Test
  void leavesAloneWhatIsNotItsOwn() {
    IpAddress tunnel = IpAddress.parse("10.0.0.1");
    CalicoNode.Spec spec =
        new CalicoNode.Spec(
            Optional.of(
                new CalicoNode.Bgp(
                    Optional.of(new AsNumber(1)),
                    Optional.of(InterfaceAddress.parse("192.0.2.1/24")),
                    Optional.empty(),
                    Optional.of(tunnel),
                    "1.2.3.4")),
            Optional.of(tunnel),
            "66:00:00:00:00:01",
            Optional.empty(),
            "",
            List.of(new CalicoNode.OrchRef("k1", "k8s")),
            List.of(),
            List.of());
    Metadata metadata =
        Metadata.named("n1").withLabels(Map.of("rack", "a")).withResourceVersion("17");

    CalicoNode node = PLAN.applyTo(Optional.of(new CalicoNode(metadata, spec)));

    assertThat(node.metadata()).isEqualTo(metadata);
    CalicoNode.Bgp bgp = node.spec().bgp().orElseThrow();
    assertThat(bgp.asNumber()).contains(new AsNumber(64_600));
    assertThat(bgp.ipv4Address()).contains(OURS);
    assertThat(bgp.ipv4IPIPTunnelAddr()).contains(tunnel);
    assertThat(bgp.routeReflectorClusterID()).isEqualTo("1.2.3.4");
    assertThat(node.spec().ipv4VXLANTunnelAddr()).contains(tunnel);
    assertThat(node.spec().orchRefs()).hasSize(1);
    assertThat(PLAN.applyTo(Optional.of(node))).isEqualTo(node);
  }

  /// Else each look would write a Node of Kubernetes anew.
  @Test
  void leavesWhatKubernetesSays() {
    CalicoNode made =
        new NodePlan(
                "n1", Optional.empty(), Optional.of(OURS), Optional.empty(), List.of(), "machine-1")
            .applyTo(Optional.empty());
    assertThat(made.spec().orchRefs()).containsExactly(new CalicoNode.OrchRef("machine-1", "k8s"));
    var internal = new CalicoNode.Address("192.0.2.7", "InternalIP");
    CalicoNode.Spec spec = made.spec();
    CalicoNode stored =
        new CalicoNode(
            made.metadata(),
            new CalicoNode.Spec(
                spec.bgp(),
                spec.ipv4VXLANTunnelAddr(),
                spec.vxlanTunnelMACAddr(),
                spec.ipv6VXLANTunnelAddr(),
                spec.vxlanTunnelMACAddrV6(),
                spec.orchRefs(),
                spec.wireguard(),
                List.of(spec.addresses().getFirst(), internal),
                spec.interfaces()),
            made.status());
    var again =
        new NodePlan("n1", Optional.empty(), Optional.of(OURS), Optional.empty(), List.of(), "");
    assertThat(again.applyTo(Optional.of(stored))).isEqualTo(stored);
  }

  @Test
  void seesAnotherNodeWithItsAddress() {
    CalicoNode self = PLAN.applyTo(Optional.empty());
    CalicoNode other =
        new NodePlan(
                "n2",
                Optional.empty(),
                Optional.of(InterfaceAddress.parse("192.0.2.7/32")),
                Optional.empty(),
                List.of(),
                "")
            .applyTo(Optional.empty());

    assertThat(PLAN.conflict(List.of(self))).isEmpty();
    assertThat(PLAN.conflict(List.of(self, other)))
        .contains("node 'n2' has address 192.0.2.7 already: give one of the two another");
  }

  @Test
  void listsItsInterfaces() {
    List<HostInterface> all =
        List.of(
            on(3, "eth1", "203.0.113.7/24", "fe80::1/64"),
            on(2, "eth0", "192.0.2.7/24", "2001:db8::7/64"),
            on(4, "docker0", "172.17.0.1/16"),
            on(5, "eth2", "2001:db8::8/64"));

    assertThat(NodePlan.interfaces(all, List.of(IpFamily.IPV4)))
        .containsExactly(
            new CalicoNode.Interface("eth0", List.of("192.0.2.7")),
            new CalicoNode.Interface("eth1", List.of("203.0.113.7")));
  }

  private static HostInterface on(int index, String name, String... addresses) {
    return new HostInterface(
        index, name, java.util.Arrays.stream(addresses).map(InterfaceAddress::parse).toList());
  }
}
