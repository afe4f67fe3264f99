// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.kernel.RouteNews;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.model.RouteSelection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelPlanTest {

  private static final Route CONNECTED =
      Route.onDevice(Cidr.parse("192.0.2.0/24"), RouteOwner.KERNEL, "eth0");
  private static final Route CONNECTED_TOO =
      Route.onDevice(Cidr.parse("203.0.113.0/24"), RouteOwner.KERNEL, "eth1");
  private static final Route DEFAULT =
      Route.via(
          Cidr.parse("0.0.0.0/0"), RouteOwner.BOOT, IpAddress.parse("192.0.2.1"), "eth0", false);

  private final KernelPlan plan = new KernelPlan(FibSettings.CALICO, 1);

  @Test
  void aNeighbourIsTheGatewayItself() {
    read(List.of(CONNECTED, DEFAULT));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));

    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  /// RFC 8950.
  @Test
  void anIpv4PrefixMayHaveAnIpv6Gateway() {
    read(
        List.of(CONNECTED, Route.onDevice(Cidr.parse("2001:db8::/64"), RouteOwner.KERNEL, "eth1")));
    plan.told(List.of(reachable("10.0.1.0/26", "2001:db8::2")));

    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 2001:db8::2 eth1");
  }

  @Test
  void aDistantNextHopIsReachedThroughTheRouter() {
    read(List.of(CONNECTED, DEFAULT));
    plan.told(List.of(reachable("10.0.1.0/26", "198.51.100.2")));

    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.1 eth0");
  }

  @Test
  void withoutAWayToTheNextHopThereIsNoRoute() {
    read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.0/26", "198.51.100.2")));

    assertThat(all()).isEmpty();
    assertThat(plan.missing()).isOne();
    assertThat(plan.missing(3))
        .containsExactly("10.0.1.0/26: no route leads to its next hop 198.51.100.2");
  }

  @Test
  void equalPathsShareARoute() {
    read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2", "192.0.2.3")));

    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0 via 192.0.2.3 eth0");
  }

  @Test
  void whatAnEarlierProcessLeftStaysUntilThePeersHaveTold() {
    read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2"), bird("10.0.2.0/26", "192.0.2.3")));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));

    assertThat(all()).isEmpty();

    plan.converged();

    assertThat(text(all())).isEqualTo("remove 10.0.2.0/26 via 192.0.2.3 eth0");
  }

  @Test
  void whatThePeersTakeBackGoesAtOnce() {
    read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2")));
    plan.told(List.of(new RouteUpdate.Gone(Cidr.parse("10.0.1.0/26"))));

    assertThat(text(all())).isEqualTo("remove 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  /// RFC 7999.
  @Test
  void whatSomebodyWantsDroppedIsDroppedWhateverLeadsThere() {
    read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.7/32", "192.0.2.2")));
    all();

    plan.told(List.of(new RouteUpdate.Discarded(Cidr.parse("10.0.1.7/32"))));

    assertThat(all())
        .singleElement()
        .satisfies(
            change -> {
              assertThat(text(change)).isEqualTo("put 10.0.1.7/32");
              assertThat(change.route().type()).isEqualTo(Route.Type.BLACKHOLE);
            });
    read(List.of(CONNECTED));
    assertThat(text(all())).isEqualTo("add 10.0.1.7/32");

    plan.told(List.of(reachable("10.0.1.7/32", "192.0.2.2")));

    assertThat(text(all())).isEqualTo("put 10.0.1.7/32 via 192.0.2.2 eth0");
  }

  @Test
  void foreignDestinationsAreLeftAlone() {
    read(List.of(CONNECTED));
    plan.told(List.of(reachable("192.0.2.0/24", "192.0.2.2")));
    plan.converged();

    assertThat(all()).isEmpty();
  }

  @Test
  void felixHasItsOwnPools() {
    read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2")));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    plan.converged();
    plan.local(new LocalRoutes(Set.of(), List.of(Cidr.parse("10.0.0.0/16")), Map.of()));

    assertThat(text(all())).isEqualTo("remove 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  @Test
  void whatFelixHasNoMoreIsWrittenAgain() {
    LocalRoutes felix = new LocalRoutes(Set.of(), List.of(Cidr.parse("10.0.0.0/16")), Map.of());
    read(List.of(CONNECTED));
    plan.local(felix);
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    assertThat(all()).isEmpty();

    plan.local(LocalRoutes.NONE);
    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0");

    plan.converged();
    plan.local(felix);
    assertThat(text(all())).isEqualTo("remove 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  /// `ip route replace` of somebody takes away what he had there before: only the new way counts.
  @Test
  void whatSomebodyReplacesIsNotInTheWayAnyMore() {
    Route before = boot("198.51.100.0/24", "192.0.2.5", "eth0");
    Route after = boot("198.51.100.0/24", "203.0.113.5", "eth1");
    read(List.of(CONNECTED, CONNECTED_TOO, before));
    plan.told(List.of(reachable("10.0.1.0/26", "198.51.100.2")));
    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.5 eth0");

    plan.heard(new RouteNews.Came(after, true));
    assertThat(text(all())).isEqualTo("put 10.0.1.0/26 via 203.0.113.5 eth1");

    plan.heard(new RouteNews.Went(after));
    assertThat(text(all())).isEqualTo("remove 10.0.1.0/26 via 203.0.113.5 eth1");
  }

  private static Route boot(String prefix, String gateway, String device) {
    return Route.via(Cidr.parse(prefix), RouteOwner.BOOT, IpAddress.parse(gateway), device, false);
  }

  /// What changed while ours were walked over was seen in some order: the walk says nothing of it.
  @Test
  void aWalkSaysNothingOfWhatChangedMeanwhile() {
    read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    all();

    plan.beginPatrol();
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.3")));
    assertThat(text(all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.3 eth0");
    plan.met(bird("10.0.1.0/26", "192.0.2.2"));

    assertThat(plan.endPatrol()).isZero();
    assertThat(all()).isEmpty();
  }

  /// Whatever lies there: its news are on their way, or it is one of ours that we do not know of.
  @Test
  void whatIsThereAlreadyIsLookedFor() {
    read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    List<RouteChange> changes = plan.take(10);
    assertThat(plan.wantsPatrol()).isFalse();

    plan.refused(changes.getFirst(), new KernelException("add route", Errno.EEXIST));

    assertThat(plan.wantsPatrol()).isTrue();
    plan.beginPatrol();
    plan.met(bird("10.0.1.0/26", "192.0.2.9"));
    assertThat(plan.endPatrol()).isZero();
    assertThat(text(all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  @Test
  void anOwnBlockIsABlackholeAtHome() {
    read(List.of(CONNECTED));
    plan.local(new LocalRoutes(Set.of(Cidr.parse("10.0.3.0/26")), List.of(), Map.of()));

    assertThat(text(all())).isEqualTo("add 10.0.3.0/26");
    assertThat(all()).isEmpty();
  }

  @Test
  void aPeerBehindAGatewayHasARouteAndSoHasWhatItTells() {
    read(List.of(CONNECTED, CONNECTED_TOO, DEFAULT));
    plan.told(List.of(reachable("10.0.1.0/26", "198.51.100.2")));
    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.1 eth0");

    reach("198.51.100.2", "203.0.113.7");

    assertThat(text(all()))
        .isEqualTo(
            "add 198.51.100.2/32 via 203.0.113.7 eth1, put 10.0.1.0/26 via 203.0.113.7 eth1");
    plan.heard(new RouteNews.Went(bird("198.51.100.2/32", "203.0.113.7", "eth1")));
    assertThat(text(all())).isEqualTo("add 198.51.100.2/32 via 203.0.113.7 eth1");

    reach("198.51.100.2", "192.0.2.9");
    assertThat(text(all()))
        .isEqualTo("put 198.51.100.2/32 via 192.0.2.9 eth0, put 10.0.1.0/26 via 192.0.2.9 eth0");

    plan.converged();
    plan.local(LocalRoutes.NONE);
    assertThat(text(all()))
        .isEqualTo("put 10.0.1.0/26 via 192.0.2.1 eth0, remove 198.51.100.2/32 via 192.0.2.9 eth0");
  }

  @Test
  void aGatewayThatComesLaterIsUsedThen() {
    read(List.of(CONNECTED));
    reach("198.51.100.2", "203.0.113.7");
    assertThat(all()).isEmpty();
    assertThat(plan.missing(3))
        .containsExactly("198.51.100.2/32: no route leads to its next hop 203.0.113.7");

    plan.heard(new RouteNews.Came(CONNECTED_TOO, false));

    assertThat(text(all())).isEqualTo("add 198.51.100.2/32 via 203.0.113.7 eth1");
  }

  @Test
  void theRouteOfAnotherToAPeerStays() {
    Route theirs =
        Route.via(
            Cidr.parse("198.51.100.2/32"),
            RouteOwner.BOOT,
            IpAddress.parse("192.0.2.5"),
            "eth0",
            false);
    read(List.of(CONNECTED, CONNECTED_TOO, theirs));

    reach("198.51.100.2", "203.0.113.7");
    plan.local(LocalRoutes.NONE);

    assertThat(all()).isEmpty();
  }

  /// A daemon that comes back finds what it left.
  @Test
  void aRouteToAPeerIsTakenOver() {
    read(List.of(CONNECTED_TOO, bird("198.51.100.2/32", "203.0.113.7", "eth1")));

    reach("198.51.100.2", "203.0.113.7");
    plan.converged();

    assertThat(all()).isEmpty();
    assertThat(plan.size()).isOne();
  }

  private void reach(String peer, String gateway) {
    plan.local(
        new LocalRoutes(
            Set.of(), List.of(), Map.of(IpAddress.parse(peer), IpAddress.parse(gateway))));
  }

  @Test
  void aPutComesBeforeARemoval() {
    read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2")));
    plan.told(List.of(reachable("10.0.2.0/26", "192.0.2.2")));
    plan.converged();

    assertThat(text(all()))
        .isEqualTo("add 10.0.2.0/26 via 192.0.2.2 eth0, remove 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  @Test
  void ofSeveralNextHopsOnlyThoseThatAreReachedCount() {
    read(List.of(CONNECTED, CONNECTED_TOO));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2", "203.0.113.2")));

    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0 via 203.0.113.2 eth1");

    plan.heard(new RouteNews.Went(CONNECTED_TOO));
    assertThat(text(all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.2 eth0");

    plan.heard(new RouteNews.Came(CONNECTED_TOO, false));
    assertThat(text(all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.2 eth0 via 203.0.113.2 eth1");
  }

  @Test
  void whatSomebodyTakesAwayOrChangesIsWrittenAgain() {
    read(List.of(CONNECTED));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    all();

    plan.heard(new RouteNews.Went(bird("10.0.1.0/26", "192.0.2.2")));
    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0");

    plan.heard(new RouteNews.Came(bird("10.0.1.0/26", "192.0.2.9"), true));
    assertThat(text(all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  @Test
  void anIpv6RouteMayLoseSomeOfItsHops() {
    Route lan =
        Route.onDevice(Cidr.parse("2001:db8::/64"), RouteOwner.KERNEL, "eth0").withMetric(256);
    read(List.of(lan));
    plan.told(List.of(reachable("2001:db8:1::/64", "2001:db8::2", "2001:db8::3")));
    all();

    plan.heard(new RouteNews.Went(bird("2001:db8:1::/64", "2001:db8::3")));
    assertThat(text(all()))
        .isEqualTo("put 2001:db8:1::/64 via 2001:db8::2 eth0 via 2001:db8::3 eth0");

    plan.heard(new RouteNews.Went(bird("2001:db8:1::/64", "2001:db8::2")));
    plan.heard(new RouteNews.Went(bird("2001:db8:1::/64", "2001:db8::3")));
    assertThat(text(all()))
        .isEqualTo("add 2001:db8:1::/64 via 2001:db8::2 eth0 via 2001:db8::3 eth0");
  }

  @Test
  void aForeignRouteInTheWayIsNamedAndOursGoesInWhenItLeaves() {
    Route foreign =
        Route.via(
            Cidr.parse("10.0.1.0/26"),
            RouteOwner.BOOT,
            IpAddress.parse("192.0.2.9"),
            "eth0",
            false);
    read(List.of(CONNECTED, foreign));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));

    assertThat(all()).isEmpty();
    assertThat(plan.says(Cidr.parse("10.0.1.0/26")))
        .contains(
            new Installation.Missing(
                "in its place is a route of protocol 3, metric 0: via 192.0.2.9 dev eth0"));

    plan.heard(new RouteNews.Went(foreign));
    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0");
    assertThat(plan.says(Cidr.parse("10.0.1.0/26")))
        .contains(new Installation.Installed("via 192.0.2.2 dev eth0 metric 1024"));
  }

  @Test
  void whatTheKernelRefusesIsToldAndTriedAgain() {
    read(List.of(CONNECTED));
    plan.told(
        List.of(reachable("10.0.1.0/26", "192.0.2.2"), reachable("10.0.2.0/26", "192.0.2.2")));
    List<RouteChange> changes = plan.take(10);
    plan.refused(changes.getFirst(), new KernelException("add route", Errno.ENETUNREACH));
    plan.done(changes.getLast());

    assertThat(all()).isEmpty();
    assertThat(plan.missing(3))
        .singleElement()
        .asString()
        .startsWith("10.0.1.0/26: the kernel refuses it, it is tried again: ")
        .contains("ENETUNREACH");

    assertThat(plan.heard(new RouteNews.Addresses("eth0"))).isTrue();
    plan.retry();
    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0");
    assertThat(plan.missing()).isZero();
  }

  @Test
  void aWalkFindsWhatWentWithoutAWord() {
    read(List.of(CONNECTED));
    plan.told(
        List.of(reachable("10.0.1.0/26", "192.0.2.2"), reachable("10.0.2.0/26", "192.0.2.2")));
    all();

    plan.beginPatrol();
    plan.met(bird("10.0.1.0/26", "192.0.2.2"));
    plan.told(List.of(reachable("10.0.3.0/26", "192.0.2.2")));
    all();
    assertThat(plan.endPatrol()).isOne();
    assertThat(text(all())).isEqualTo("add 10.0.2.0/26 via 192.0.2.2 eth0");
  }

  /// A pod's interface comes with a route of its own and goes, and nothing is read for it.
  @Test
  void interfacesWithoutRoutesOfOursCostNothing() {
    Route pod = Route.onDevice(Cidr.parse("10.0.9.1/32"), RouteOwner.FELIX, "cali1");
    read(List.of(CONNECTED, DEFAULT));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    all();

    assertThat(plan.heard(link("cali1", false))).isFalse();
    assertThat(plan.heard(link("cali1", true))).isFalse();
    plan.heard(new RouteNews.Came(pod, false));
    plan.heard(link("cali1", false));

    assertThat(plan.doubts()).isEmpty();
    assertThat(plan.wantsPatrol()).isFalse();
    assertThat(plan.isIdle()).isTrue();

    plan.heard(link("eth0", false));
    assertThat(plan.wantsPatrol()).isTrue();
    assertThat(text(all())).isEqualTo("remove 10.0.1.0/26 via 192.0.2.2 eth0");
  }

  /// Somebody deleted ours and put theirs in its place, and ours was replaced before we heard.
  @Test
  void whatWasWrittenOverIsLookedForAgain() {
    Route theirs =
        Route.via(
                Cidr.parse("10.0.1.0/26"),
                RouteOwner.BOOT,
                IpAddress.parse("203.0.113.9"),
                "eth1",
                false)
            .withMetric(FibSettings.METRIC);
    read(List.of(CONNECTED, CONNECTED_TOO));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));
    all();
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.3")));
    assertThat(text(all())).isEqualTo("put 10.0.1.0/26 via 192.0.2.3 eth0");

    plan.heard(new RouteNews.Went(bird("10.0.1.0/26", "192.0.2.2")));
    plan.heard(new RouteNews.Came(theirs, false));

    List<RouteSelection> doubts = plan.doubts();
    assertThat(doubts).singleElement().matches(doubt -> doubt.includes(theirs));
    plan.reread(doubts.getFirst(), List.of());
    assertThat(all()).isEmpty();
    assertThat(plan.says(Cidr.parse("10.0.1.0/26")))
        .contains(new Installation.Installed("via 192.0.2.3 dev eth0 metric 1024"));
  }

  private static RouteNews link(String name, boolean isUp) {
    return new RouteNews.Interface(
        new LinkNews.Changed(
            new Link(7, name, Optional.empty(), 1500, isUp, isUp, new Link.Kind.Veth())));
  }

  @Test
  void ownRoutesOfAnotherMetricGoOnceThePeersHaveTold() {
    read(List.of(CONNECTED, bird("10.0.1.0/26", "192.0.2.2").withMetric(32)));
    plan.told(List.of(reachable("10.0.1.0/26", "192.0.2.2")));

    assertThat(text(all())).isEqualTo("add 10.0.1.0/26 via 192.0.2.2 eth0");

    plan.converged();
    assertThat(text(all())).isEqualTo("remove 10.0.1.0/26 via 192.0.2.2 eth0");
    assertThat(all()).isEmpty();
    assertThat(plan.size()).isOne();
  }

  /// Any order of news ends in what the last ones say, and forgets what nobody needs.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void followsAnyNews(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    read(List.of(CONNECTED, CONNECTED_TOO));
    plan.converged();
    Map<Cidr, Route> kernel = new HashMap<>();
    Map<Cidr, IpAddress> wanted = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      String prefix = "10.0.%d.0/24".formatted(random.nextInt(20));
      Cidr cidr = Cidr.parse(prefix);
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          String last = random.nextBoolean() ? "192.0.2.2" : "203.0.113.3";
          wanted.put(cidr, IpAddress.parse(last));
          plan.told(List.of(reachable(prefix, last)));
        }
        case 2 -> {
          wanted.remove(cidr);
          plan.told(List.of(new RouteUpdate.Gone(cidr)));
        }
        case 3 -> {
          Route gone = kernel.remove(cidr);
          if (gone != null) {
            plan.heard(new RouteNews.Went(gone));
          }
        }
        default -> {
          for (RouteChange change : plan.take(1 + random.nextInt(5))) {
            carryOut(kernel, change);
          }
        }
      }
    }
    while (!plan.isIdle()) {
      plan.take(7).forEach(change -> carryOut(kernel, change));
    }
    Map<Cidr, IpAddress> gateways = new HashMap<>();
    kernel.forEach(
        (cidr, route) -> gateways.put(cidr, route.hops().getFirst().gateway().orElseThrow()));
    assertThat(gateways).isEqualTo(wanted);
    assertThat(plan.size()).isEqualTo(kernel.size());
    assertThat(plan.missing()).isZero();
  }

  private void carryOut(Map<Cidr, Route> kernel, RouteChange change) {
    Route route = change.route();
    switch (change) {
      case RouteChange.Add(_) -> assertThat(kernel.put(route.destination(), route)).isNull();
      case RouteChange.Put(_) -> assertThat(kernel.put(route.destination(), route)).isNotNull();
      case RouteChange.Remove(_) -> assertThat(kernel.remove(route.destination())).isNotNull();
    }
    plan.done(change);
  }

  private void read(List<Route> routes) {
    plan.forget();
    routes.forEach(plan::found);
    plan.readDone();
  }

  /// All that is to be done, and has been done after that.
  private List<RouteChange> all() {
    List<RouteChange> changes = plan.take(1_000);
    changes.forEach(plan::done);
    assertThat(plan.take(1_000)).isEmpty();
    return changes;
  }

  private static RouteUpdate reachable(String prefix, String... gateways) {
    return new RouteUpdate.Reachable(
        Cidr.parse(prefix), List.of(gateways).stream().map(IpAddress::parse).toList(), true, 100);
  }

  private static Route bird(String prefix, String gateway) {
    return bird(prefix, gateway, "eth0");
  }

  private static Route bird(String prefix, String gateway, String device) {
    return Route.via(Cidr.parse(prefix), RouteOwner.BIRD, IpAddress.parse(gateway), device, false)
        .withMetric(FibSettings.METRIC);
  }

  private static String text(List<RouteChange> changes) {
    return changes.stream().map(KernelPlanTest::text).collect(Collectors.joining(", "));
  }

  private static String text(RouteChange change) {
    String verb =
        switch (change) {
          case RouteChange.Add(_) -> "add ";
          case RouteChange.Put(_) -> "put ";
          case RouteChange.Remove(_) -> "remove ";
        };
    String hops =
        change.route().hops().stream()
            .map(hop -> " via %s %s".formatted(hop.gateway().orElseThrow(), hop.device()))
            .collect(Collectors.joining());
    return verb + change.route().destination() + hops;
  }
}
