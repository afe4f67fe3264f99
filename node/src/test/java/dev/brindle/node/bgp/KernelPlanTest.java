// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KernelPlanTest {

  private static final Route CONNECTED =
      Route.onDevice(Cidr.parse("192.0.2.0/24"), RouteOwner.KERNEL, "eth0");
  private static final Route DEFAULT =
      Route.via(
          Cidr.parse("0.0.0.0/0"), RouteOwner.BOOT, IpAddress.parse("192.0.2.1"), "eth0", false);

  private final KernelPlan plan = new KernelPlan();

  @Test
  void aNeighbourIsTheGatewayItself() {
    plan.read(List.of(CONNECTED, DEFAULT));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));

    assertThat(text(plan.all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  /// RFC 8950.
  @Test
  void anIpv4PrefixMayHaveAnIpv6Gateway() {
    plan.read(
        List.of(CONNECTED, Route.onDevice(Cidr.parse("2001:db8::/64"), RouteOwner.KERNEL, "eth1")));
    plan.told(List.of(reachable("10.0.1.0/26", "2001:db8::2")));

    assertThat(text(plan.all())).isEqualTo("put 10.0.1.0/26 via 2001:db8::2 eth1");
  }

  @Test
  void aDistantNextHopIsReachedThroughTheRouter() {
    plan.read(List.of(CONNECTED, DEFAULT));
    plan.told(List.of(reachable("10.0.1.0/26", "198.51.100.2")));

    assertThat(text(plan.all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.1 eth0");
  }

  @Test
  void withoutAWayToTheNextHopThereIsNoRoute() {
    plan.read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.0/26", "198.51.100.2")));

    assertThat(plan.all()).isEmpty();
    assertThat(plan.unplaced()).containsExactly(Cidr.parse("10.0.1.0/26"));
  }

  @Test
  void equalPathsShareARoute() {
    plan.read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2", "192.0.2.3")));

    assertThat(text(plan.all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.2 eth0 via 192.0.2.3 eth0");
  }

  @Test
  void whatAnEarlierProcessLeftStaysUntilThePeersHaveTold() {
    plan.read(
        List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2"), bird("10.0.2.0/26", "192.0.2.3")));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));

    assertThat(plan.all()).isEmpty();

    plan.converged();

    assertThat(text(plan.all())).isEqualTo("remove 10.0.2.0/26 via 192.0.2.3 eth0");
  }

  @Test
  void whatThePeersTakeBackGoesAtOnce() {
    plan.read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2")));
    plan.told(List.of(new RouteUpdate.Gone(Cidr.parse("10.0.1.0/26"))));

    assertThat(text(plan.of(Set.of(Cidr.parse("10.0.1.0/26")))))
        .isEqualTo("remove 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  @Test
  void foreignDestinationsAreLeftAlone() {
    plan.read(List.of(CONNECTED));
    plan.told(List.of(reachable("192.0.2.0/24", "192.0.2.2")));
    plan.converged();

    assertThat(plan.all()).isEmpty();
  }

  @Test
  void felixHasItsOwnPools() {
    plan.read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2")));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    plan.converged();
    plan.local(new LocalRoutes(Set.of(), List.of(Cidr.parse("10.0.0.0/16"))));

    assertThat(text(plan.all())).isEqualTo("remove 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  @Test
  void anOwnBlockIsABlackholeAtHome() {
    plan.read(List.of(CONNECTED));
    plan.local(new LocalRoutes(Set.of(Cidr.parse("10.0.3.0/26")), List.of()));

    assertThat(text(plan.all())).isEqualTo("put 10.0.3.0/26");
    plan.all().forEach(plan::done);
    assertThat(plan.all()).isEmpty();
  }

  @Test
  void aPutComesBeforeARemoval() {
    plan.read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2")));
    plan.told(List.of(reachable("10.0.2.0/26", "192.0.2.2")));
    plan.converged();

    assertThat(plan.all().getFirst()).isInstanceOf(RouteChange.Put.class);
    assertThat(plan.all().getLast()).isInstanceOf(RouteChange.Remove.class);
  }

  private static RouteUpdate reachable(String prefix, String... gateways) {
    return new RouteUpdate.Reachable(
        Cidr.parse(prefix), List.of(gateways).stream().map(IpAddress::parse).toList(), true, 100);
  }

  private static Route bird(String prefix, String gateway) {
    return Route.via(Cidr.parse(prefix), RouteOwner.BIRD, IpAddress.parse(gateway), "eth0", false)
        .withMetric(KernelPlan.METRIC);
  }

  private static String text(List<RouteChange> changes) {
    return changes.stream().map(KernelPlanTest::text).collect(Collectors.joining(", "));
  }

  private static String text(RouteChange change) {
    String verb = change instanceof RouteChange.Put ? "put " : "remove ";
    String hops =
        change.route().hops().stream()
            .map(hop -> " via %s %s".formatted(hop.gateway().orElseThrow(), hop.device()))
            .collect(Collectors.joining());
    return verb + change.route().destination() + hops;
  }
}
