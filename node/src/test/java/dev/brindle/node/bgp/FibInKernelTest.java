// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteSink;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetlinkSocket.Buffers;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.model.RouteSelection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// bird's routes in the real kernel, in a namespace of its own with two links: what others do to
/// them, and what the kernel does.
class FibInKernelTest {

  /// The refresh comes after a minute, so whatever happens sooner is due to news.
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final RouteOwner STATIC = new RouteOwner(4);

  private final List<AutoCloseable> open = new ArrayList<>();

  /// That of whoever else is on the machine.
  private LiveKernel others;

  private NetworkNamespace namespace;
  private KernelRouteSink sink;

  @BeforeEach
  void twoLinks() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    namespace = NetworkNamespace.create(JnrLibc.get());
    others = LiveKernel.in(namespace);
    open.add(others);
    link("eth0", "192.0.2.1/24", "2001:db8::1/64");
    link("eth1", "203.0.113.1/24", "2001:db8:ffff::1/64");
    sink = sink();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private KernelRouteSink sink() {
    var started = new KernelRouteSink(LiveKernel.open(namespace.path()));
    open.add(started);
    return started;
  }

  private void link(String name, String... addresses) {
    others
        .links()
        .createVeth(
            name,
            Optional.empty(),
            1500,
            0,
            "far-" + name,
            Optional.empty(),
            namespace.path().toString());
    up("far-" + name, true);
    up(name, true);
    for (String address : addresses) {
      others.links().addAddress(index(name), InterfaceAddress.parse(address));
    }
  }

  private int index(String name) {
    return others.links().find(name).orElseThrow().index();
  }

  private void up(String name, boolean is) {
    others.links().setUp(index(name), is);
  }

  // ---- the stories

  /// RFC 4724: what a peer has kept for us still holds if the kernel still has what we left.
  @Test
  void knowsWhetherTheKernelWasThereBefore() {
    assertThat(sink.unbrokenFor()).as("nothing is left").isLessThan(RouteSink.FOREVER);
    tell("10.1.0.0/24", "192.0.2.2");
    until(SOON, () -> sink.size() == 1);
    sink.close();
    sink = sink();
    assertThat(sink.unbrokenFor()).as("a route is left").isEqualTo(RouteSink.FOREVER);

    gone("10.1.0.0/24");
    until(SOON, () -> ours().isEmpty());
    link("cali123");
    sink.close();
    sink = sink();
    assertThat(sink.unbrokenFor()).as("a pod is there").isEqualTo(RouteSink.FOREVER);
  }

  @Test
  void aPeerBehindAGateway() {
    Map<IpAddress, IpAddress> gateways =
        Map.of(
            IpAddress.parse("198.51.100.2"), IpAddress.parse("203.0.113.7"),
            IpAddress.parse("2001:db8:9::2"), IpAddress.parse("2001:db8:ffff::7"));
    sink.local(Set.of(), List.of(), gateways);
    tell("10.1.0.0/24", "198.51.100.2");
    until(SOON, () -> ours().size() == 3);
    assertThat(hops("198.51.100.2/32")).containsExactly("203.0.113.7 eth1");
    assertThat(hops("2001:db8:9::2/128")).containsExactly("2001:db8:ffff::7 eth1");
    assertThat(hops("10.1.0.0/24")).containsExactly("203.0.113.7 eth1");

    // its interface goes down and comes back
    up("eth1", false);
    until(PATIENCE, () -> ours().isEmpty());
    up("eth1", true);
    others.links().addAddress(index("eth1"), InterfaceAddress.parse("2001:db8:ffff::1/64"));
    until(PATIENCE, () -> ours().size() == 3);

    // another daemon takes over, and is told that there is no gateway
    sink.close();
    sink = sink();
    sink.local(Set.of(), List.of(), gateways);
    sink.finish(PATIENCE);
    assertThat(hops("198.51.100.2/32")).containsExactly("203.0.113.7 eth1");
    sink.converged();
    sink.local(Set.of(), List.of(), Map.of());
    until(SOON, () -> ours().isEmpty());
  }

  @Test
  void severalNextHopsOnSeveralDevices() {
    tell("10.1.0.0/24", "192.0.2.2", "192.0.2.3", "203.0.113.2");
    tell("2001:db8:1::/64", "2001:db8::2", "2001:db8::3", "2001:db8:ffff::2");
    until(SOON, () -> hops("10.1.0.0/24").size() == 3 && hops("2001:db8:1::/64").size() == 3);
    assertThat(hops("10.1.0.0/24"))
        .containsExactlyInAnyOrder("192.0.2.2 eth0", "192.0.2.3 eth0", "203.0.113.2 eth1");
    assertThat(hops("2001:db8:1::/64"))
        .containsExactlyInAnyOrder("2001:db8::2 eth0", "2001:db8::3 eth0", "2001:db8:ffff::2 eth1");

    tell("10.1.0.0/24", "203.0.113.2");
    tell("2001:db8:1::/64", "2001:db8:ffff::2");
    until(SOON, () -> hops("2001:db8:1::/64").equals(List.of("2001:db8:ffff::2 eth1")));
    until(SOON, () -> hops("10.1.0.0/24").equals(List.of("203.0.113.2 eth1")));

    tell("2001:db8:1::/64", "2001:db8::2", "2001:db8::3");
    until(SOON, () -> hops("2001:db8:1::/64").size() == 2);
    assertThat(hops("2001:db8:1::/64"))
        .containsExactlyInAnyOrder("2001:db8::2 eth0", "2001:db8::3 eth0");

    gone("10.1.0.0/24");
    gone("2001:db8:1::/64");
    until(SOON, () -> ours().isEmpty());
  }

  @Test
  void whatSomebodyDeletesOrChangesIsBackByNews() {
    for (String prefix : List.of("10.1.0.0/24", "2001:db8:1::/64")) {
      boolean isIpv4 = prefix.startsWith("10");
      String[] gateways =
          isIpv4
              ? new String[] {"192.0.2.2", "203.0.113.2"}
              : new String[] {"2001:db8::2", "2001:db8:ffff::2"};
      tell(prefix, gateways);
      until(SOON, () -> hops(prefix).size() == 2);
      Route ours = route(prefix).orElseThrow();
      for (int i = 0; i < 20; i++) {
        byOthers(new RouteChange.Remove(ours));
        until(SOON, () -> hops(prefix).size() == 2);

        byOthers(new RouteChange.Put(through(ours, ours.hops().getFirst())));
        until(SOON, () -> hops(prefix).size() == 2);
      }
    }
  }

  @Test
  void tenThousandThatSomebodyFlushesAreBack() {
    int many = 10_000;
    sink.apply(IntStream.range(0, many).mapToObj(i -> reachable(many(i), "192.0.2.2")).toList());
    until(PATIENCE, () -> ours().size() == many);

    byOthers(ours().stream().map(RouteChange.Remove::new).toArray(RouteChange[]::new));
    until(PATIENCE, () -> ours().size() == many);
  }

  /// News that do not fit the socket are no loss.
  @Test
  void newsThatAreLostAreMadeUpFor() {
    sink.close();
    var small =
        new KernelRouteSink(
            LiveKernel.in(
                NetworkNamespace.open(JnrLibc.get(), namespace.path()),
                new Buffers(1 << 20, 1 << 12, false)));
    open.add(small);
    int many = 20_000;
    small.apply(IntStream.range(0, many).mapToObj(i -> reachable(many(i), "192.0.2.2")).toList());
    until(PATIENCE, () -> ours().size() == many);

    byOthers(ours().stream().map(RouteChange.Remove::new).toArray(RouteChange[]::new));
    until(PATIENCE, () -> ours().size() == many);
  }

  @Test
  void routesOfOthersAreNotTouched() {
    Route inTheWay = via("10.1.0.0/24", STATIC, "203.0.113.9", "eth1").withMetric(1024);
    Route better = via("10.2.0.0/24", STATIC, "203.0.113.9", "eth1");
    Route ipv6 = via("2001:db8:1::/64", STATIC, "2001:db8::9", "eth0").withMetric(1024);
    Route elsewhere = in(100, via("10.3.0.0/24", RouteOwner.BIRD, "203.0.113.9", "eth1"));
    byOthers(
        new RouteChange.Put(inTheWay),
        new RouteChange.Put(better),
        new RouteChange.Put(ipv6),
        new RouteChange.Put(elsewhere));
    tell("10.1.0.0/24", "192.0.2.2");
    tell("10.2.0.0/24", "192.0.2.2");
    tell("2001:db8:1::/64", "2001:db8::2");
    tell("10.3.0.0/24", "192.0.2.2");
    sink.converged();
    until(SOON, () -> hops("10.3.0.0/24").equals(List.of("192.0.2.2 eth0")));
    until(SOON, () -> says("10.1.0.0/24").contains("in its place is a route of protocol 4"));
    until(SOON, () -> says("2001:db8:1::/64").contains("in its place is a route of protocol 4"));

    assertThat(sink.missing()).isEqualTo(3);
    assertThat(all(Route.MAIN_TABLE)).contains(inTheWay, better, ipv6.installed());
    gone("10.3.0.0/24");
    until(SOON, () -> ours().isEmpty());
    assertThat(all(100)).containsExactly(elsewhere);

    byOthers(new RouteChange.Remove(inTheWay), new RouteChange.Remove(ipv6));
    until(SOON, () -> hops("10.1.0.0/24").equals(List.of("192.0.2.2 eth0")));
    until(SOON, () -> hops("2001:db8:1::/64").equals(List.of("2001:db8::2 eth0")));
    assertThat(says("10.1.0.0/24")).isEqualTo("via 192.0.2.2 dev eth0 metric 1024");
    assertThat(all(Route.MAIN_TABLE)).contains(better);
  }

  /// The place is taken between our look and our write.
  @Test
  void aPlaceThatIsTakenInThatMomentStaysTaken() {
    for (int i = 0; i < 200; i++) {
      String prefix = "10.9.%d.0/24".formatted(i);
      Route theirs = via(prefix, STATIC, "203.0.113.9", "eth1").withMetric(1024);
      var their =
          Thread.ofPlatform().start(() -> sink.apply(List.of(reachable(prefix, "192.0.2.2"))));
      boolean wasFirst = others.routes().apply(List.of(new RouteChange.Add(theirs))).isEmpty();
      join(their);
      String owner = wasFirst ? "203.0.113.9 eth1" : "192.0.2.2 eth0";
      until(SOON, () -> installedAt(prefix).equals(List.of(owner)));
      if (wasFirst) {
        until(SOON, () -> says(prefix).contains("in its place"));
      }
    }
  }

  @Test
  void aLinkThatGoesDownTakesItsRoutesAndBringsThemBack() {
    tell("10.1.0.0/24", "192.0.2.2");
    tell("10.2.0.0/24", "192.0.2.2", "203.0.113.2");
    tell("2001:db8:1::/64", "2001:db8:ffff::2");
    tell("2001:db8:2::/64", "2001:db8::2", "2001:db8:ffff::2");
    until(SOON, () -> sink.size() == 4);
    for (int i = 0; i < 3; i++) {
      up("eth0", false);
      until(SOON, () -> hops("10.2.0.0/24").equals(List.of("203.0.113.2 eth1")));
      until(SOON, () -> hops("10.1.0.0/24").isEmpty());
      until(SOON, () -> says("10.1.0.0/24").equals("no route leads to its next hop 192.0.2.2"));
      until(SOON, () -> hops("2001:db8:2::/64").equals(List.of("2001:db8:ffff::2 eth1")));

      up("eth0", true);
      others.links().addAddress(index("eth0"), InterfaceAddress.parse("2001:db8::1/64"));
      until(SOON, () -> hops("10.1.0.0/24").equals(List.of("192.0.2.2 eth0")));
      until(SOON, () -> hops("10.2.0.0/24").size() == 2);
      until(SOON, () -> hops("2001:db8:2::/64").size() == 2);
    }
    assertThat(hops("2001:db8:1::/64")).containsExactly("2001:db8:ffff::2 eth1");
  }

  /// So fast that it is over before anybody looks.
  @Test
  void aLinkThatFlapsLosesNothing() {
    int many = 1_000;
    sink.apply(IntStream.range(0, many).mapToObj(i -> reachable(many(i), "192.0.2.2")).toList());
    tell("10.2.0.0/24", "192.0.2.2", "203.0.113.2");
    until(PATIENCE, () -> ours().size() == many + 1);
    int index = index("eth0");
    for (int i = 0; i < 20; i++) {
      others.links().setUp(index, false);
      others.links().setUp(index, true);
    }
    until(PATIENCE, () -> ours().size() == many + 1 && hops("10.2.0.0/24").size() == 2);
  }

  @Test
  void anAddressThatGoesTakesTheRoutesAndBringsThemBack() {
    tell("10.1.0.0/24", "192.0.2.2");
    until(SOON, () -> hops("10.1.0.0/24").equals(List.of("192.0.2.2 eth0")));
    InterfaceAddress address = InterfaceAddress.parse("192.0.2.1/24");

    others.links().removeAddress(index("eth0"), address);
    until(SOON, () -> says("10.1.0.0/24").equals("no route leads to its next hop 192.0.2.2"));
    others.links().addAddress(index("eth0"), address);
    until(SOON, () -> hops("10.1.0.0/24").equals(List.of("192.0.2.2 eth0")));
  }

  @Test
  void aLinkThatIsDeletedAndMadeAnew() {
    tell("10.1.0.0/24", "192.0.2.2");
    tell("10.2.0.0/24", "192.0.2.2", "203.0.113.2");
    until(SOON, () -> sink.size() == 2);

    others.links().delete("eth0");
    until(SOON, () -> hops("10.2.0.0/24").equals(List.of("203.0.113.2 eth1")));
    link("eth0", "192.0.2.1/24");
    until(SOON, () -> hops("10.2.0.0/24").size() == 2);
    until(SOON, () -> hops("10.1.0.0/24").equals(List.of("192.0.2.2 eth0")));
  }

  @Test
  void whatTheKernelRefusesGoesInWhenItCan() {
    List<RouteUpdate> updates = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      updates.add(reachable(many(i), i == 50 ? "192.0.2.255" : "192.0.2.2"));
    }
    sink.apply(updates);
    until(SOON, () -> ours().size() == 99);

    until(SOON, () -> says(many(50)).startsWith("the kernel refuses it, it is tried again: "));
    assertThat(says(many(50))).contains("invalid gateway"); // the network's broadcast address
    others.links().removeAddress(index("eth0"), InterfaceAddress.parse("192.0.2.1/24"));
    others.links().addAddress(index("eth0"), InterfaceAddress.parse("192.0.2.1/16"));
    until(SOON, () -> hops(many(50)).equals(List.of("192.0.2.255 eth0")));
    until(SOON, () -> ours().size() == 100);
    until(SOON, () -> sink.missing() == 0);
  }

  @Test
  void anotherProcessAdoptsThemAndRemovesWhatIsStaleOnceItKnows() {
    tell("10.1.0.0/24", "192.0.2.2");
    tell("10.2.0.0/24", "192.0.2.2");
    tell("2001:db8:2::/64", "2001:db8::2", "2001:db8::3");
    until(SOON, () -> sink.size() == 3);
    sink.close();
    assertThat(ours()).hasSize(3);

    sink = sink();
    until(SOON, () -> sink.size() == 3);
    assertThat(says("10.2.0.0/24")).contains("left by an earlier process");
    tell("10.1.0.0/24", "192.0.2.2");
    tell("10.4.0.0/24", "192.0.2.2");
    until(SOON, () -> sink.size() == 4);
    assertThat(ours()).hasSize(4);

    sink.converged();
    until(SOON, () -> sink.size() == 2);
    assertThat(ours())
        .extracting(Route::destination)
        .containsExactlyInAnyOrder(Cidr.parse("10.1.0.0/24"), Cidr.parse("10.4.0.0/24"));
  }

  @Test
  void anotherTableAndMetricAndProtocol() {
    sink.close();
    var settings = new FibSettings(1000, 50, new RouteOwner(201));
    sink = new KernelRouteSink(LiveKernel.open(namespace.path()), settings);
    open.add(sink);
    tell("10.1.0.0/24", "192.0.2.2");
    until(SOON, () -> sink.size() == 1);

    assertThat(all(1000))
        .singleElement()
        .satisfies(
            route -> {
              assertThat(route.owner()).isEqualTo(new RouteOwner(201));
              assertThat(route.metric()).isEqualTo(50);
            });
    assertThat(ours()).isEmpty();
    assertThat(says("10.1.0.0/24")).isEqualTo("via 192.0.2.2 dev eth0 metric 50 table 1000");
    byOthers(new RouteChange.Remove(all(1000).getFirst()));
    until(SOON, () -> all(1000).size() == 1);
  }

  // ---- words

  private static String many(int i) {
    return Cidr.host(IpAddress.parse("10.16.0.0").plus(i)).toString();
  }

  private static RouteUpdate reachable(String prefix, String... gateways) {
    return new RouteUpdate.Reachable(
        Cidr.parse(prefix), List.of(gateways).stream().map(IpAddress::parse).toList(), false, 100);
  }

  private void tell(String prefix, String... gateways) {
    sink.apply(List.of(reachable(prefix, gateways)));
  }

  private void gone(String prefix) {
    sink.apply(List.of(new RouteUpdate.Gone(Cidr.parse(prefix))));
  }

  private void byOthers(RouteChange... changes) {
    assertThat(others.routes().apply(List.of(changes))).isEmpty();
  }

  private static Route via(String prefix, RouteOwner owner, String gateway, String device) {
    return Route.via(Cidr.parse(prefix), owner, IpAddress.parse(gateway), device, false);
  }

  private static Route in(int table, Route route) {
    return new Route(
        route.destination(),
        route.owner(),
        route.type(),
        route.scope(),
        table,
        route.metric(),
        route.source(),
        route.hops());
  }

  private static Route through(Route route, Hop hop) {
    return new Route(
        route.destination(),
        route.owner(),
        route.type(),
        route.scope(),
        route.table(),
        route.metric(),
        route.source(),
        List.of(hop));
  }

  private List<Route> all(int table) {
    List<Route> all = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      others.routes().walk(RouteSelection.all(family, table)).finish(all::add);
    }
    return all;
  }

  private List<Route> ours() {
    List<Route> all = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      others
          .routes()
          .walk(RouteSelection.all(family, Route.MAIN_TABLE).of(RouteOwner.BIRD))
          .finish(all::add);
    }
    return all;
  }

  private Optional<Route> route(String prefix) {
    return ours().stream()
        .filter(route -> route.destination().equals(Cidr.parse(prefix)))
        .findFirst();
  }

  private List<String> hops(String prefix) {
    return route(prefix).stream().flatMap(route -> route.hops().stream()).map(this::text).toList();
  }

  /// Of all owners.
  private List<String> installedAt(String prefix) {
    return all(Route.MAIN_TABLE).stream()
        .filter(route -> route.destination().equals(Cidr.parse(prefix)))
        .flatMap(route -> route.hops().stream())
        .map(this::text)
        .toList();
  }

  private String text(Hop hop) {
    return hop.gateway().orElseThrow() + " " + hop.device();
  }

  private String says(String prefix) {
    return sink.installation(Cidr.parse(prefix)).map(Installation::text).orElse("");
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void until(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited %s", patience).isLessThan(end);
      LockSupport.parkNanos(500_000);
    }
  }
}
