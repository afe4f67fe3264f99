// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkSetup;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The real kernel, in namespaces made here. Needs to be root, if only of a user namespace.
class LiveKernelTest {

  private final List<AutoCloseable> open = new ArrayList<>();
  private NetworkNamespace pod;
  private LiveKernel host;
  private LiveKernel inPod;

  @BeforeEach
  void makeNamespaces() {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    pod = NetworkNamespace.create(JnrLibc.get());
    inPod = LiveKernel.in(pod);
    host = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    open.add(inPod);
    open.add(host);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private int veth(String name) {
    host.links()
        .createVeth(
            name,
            Optional.of(MacAddress.parse("ee:ee:ee:ee:ee:ee")),
            1450,
            7,
            "p" + name,
            Optional.empty(),
            pod.path().toString());
    Link link = host.links().find(name).orElseThrow();
    host.links().setUp(link.index(), true);
    Link peer = inPod.links().find("p" + name).orElseThrow();
    inPod.links().setUp(peer.index(), true);
    return link.index();
  }

  @Test
  void aPairSpansTwoNamespaces() {
    veth("cali1");

    Link link = host.links().find("cali1").orElseThrow();
    assertThat(link.kind()).isEqualTo(new Link.Kind.Veth());
    assertThat(link.mtu()).isEqualTo(1450);
    assertThat(link.mac()).contains(MacAddress.parse("ee:ee:ee:ee:ee:ee"));
    assertThat(link.isUp()).isTrue();
    assertThat(link.hasCarrier()).isTrue();
    assertThat(host.links().find("pcali1")).isEmpty();
    assertThatThrownBy(() -> veth("cali1"))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
  }

  private LinkSetup setup(String device) {
    var gateway = IpAddress.parse("169.254.1.1");
    return new LinkSetup(
        device,
        List.of(InterfaceAddress.parse("10.0.0.7/32"), InterfaceAddress.parse("2001:db8::7/128")),
        List.of(new Neighbour(device, gateway, MacAddress.parse("ee:ee:ee:ee:ee:ee"))),
        List.of(
            Route.onDevice(Cidr.host(gateway), RouteOwner.BOOT, device),
            Route.via(Cidr.parse("0.0.0.0/0"), RouteOwner.BOOT, gateway, device, false),
            Route.via(
                Cidr.parse("::/0"), RouteOwner.BOOT, IpAddress.parse("fe80::1"), device, false)));
  }

  private void pair() {
    host.links()
        .createVeth(
            "cali1", Optional.empty(), 1450, 0, "eth0", Optional.empty(), pod.path().toString());
  }

  @Test
  void anInterfaceIsSetUpWithAllThatBelongsToIt() {
    pair();
    LinkSetup setup = setup("eth0");

    inPod.setUp(setup);
    inPod.setUp(setup);

    Link link = inPod.links().find("eth0").orElseThrow();
    assertThat(link.isUp()).isTrue();
    assertThat(inPod.links().addresses())
        .filteredOn(found -> found.link() == link.index() && found.isPermanent())
        .extracting(found -> found.address())
        .containsAll(setup.addresses());
    assertThat(inPod.neighbours().neighbours("eth0")).isEqualTo(setup.neighbours());
    assertThat(inPod.routes().listOn("eth0"))
        .containsAll(setup.routes().stream().map(Route::installed).toList());
  }

  /// What was in the same send does not hide which step it was.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          ff02::1/128, 10.1.0.0/26, 192.0.2.1, 'add address ff02::1/128 to interface 2', 99
          10.0.0.7/32, 10.1.0.0/26, 192.0.2.1, 'put route 10.1.0.0/26',                101
          10.0.0.7/32, fd00::/64,   192.0.2.1, 'put route fd00::/64',                   22
          """)
  void theStepThatIsRefusedIsNamed(
      String address, String destination, String gateway, String step, int errno) {
    pair();
    var refused =
        Route.via(
            Cidr.parse(destination), RouteOwner.BOOT, IpAddress.parse(gateway), "eth0", false);
    var fine = Route.onDevice(Cidr.parse("10.2.0.0/26"), RouteOwner.BOOT, "eth0");
    var setup =
        new LinkSetup(
            "eth0", List.of(InterfaceAddress.parse(address)), List.of(), List.of(refused, fine));

    assertThatThrownBy(() -> inPod.setUp(setup))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno().number()).isEqualTo(errno))
        .hasMessageStartingWith(step + ": ");
  }

  @Test
  void settingsThatAreRefusedDoNotStopTheOthers() {
    var values = new LinkedHashMap<String, String>();
    values.put("net/ipv4/conf/none/forwarding", "1");
    values.put("net/ipv4/conf/lo/proxy_arp", "1");
    values.put("net/ipv4/ip_forward", "perhaps");
    values.put("net/ipv4/conf/lo/route_localnet", "1");

    Map<String, KernelException> failures = inPod.sysctl().writeAll(values);

    assertThat(failures).containsOnlyKeys("net/ipv4/conf/none/forwarding", "net/ipv4/ip_forward");
    assertThat(failures.get("net/ipv4/conf/none/forwarding"))
        .hasMessage("set net/ipv4/conf/none/forwarding to 1: ENOENT: no such thing");
    assertThat(failures.get("net/ipv4/ip_forward"))
        .hasMessageStartingWith("set net/ipv4/ip_forward to perhaps: EINVAL");
    assertThat(inPod.sysctl().read("net/ipv4/conf/lo/proxy_arp")).contains("1");
    assertThat(inPod.sysctl().read("net/ipv4/conf/lo/route_localnet")).contains("1");
    assertThat(host.sysctl().read("net/ipv4/conf/lo/proxy_arp")).contains("0");
  }

  @Test
  void settingsOutsideProcSysAreNotTouched() {
    var values = new LinkedHashMap<String, String>();
    values.put("net/../kernel/hostname", "1");

    assertThatThrownBy(() -> inPod.sysctl().writeAll(values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("net/../kernel/hostname");
  }

  /// No setting counts as made when the namespace cannot be entered.
  @Test
  void settingsOfANamespaceThatWasGivenUp() {
    LiveKernel gone = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    gone.close();
    var values = new LinkedHashMap<String, String>();
    values.put("net/ipv4/ip_forward", "0");

    assertThatThrownBy(() -> gone.sysctl().writeAll(values))
        .isInstanceOf(KernelException.class)
        .hasMessageStartingWith("enter a namespace");
  }

  @Test
  void aPairIntoANamespaceThatIsNotThere() {
    assertThatThrownBy(
            () ->
                host.links()
                    .createVeth(
                        "cali1",
                        Optional.empty(),
                        1450,
                        0,
                        "eth0",
                        Optional.empty(),
                        "/proc/0/ns/net"))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessageContaining("/proc/0/ns/net");
    assertThat(host.links().find("cali1")).isEmpty();
  }

  @Test
  void anInterfaceThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> inPod.setUp(setup("eth0")))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV))
        .hasMessageStartingWith("find interface eth0");
  }

  @Test
  void addressesComeAndGo() {
    int index = veth("cali1");
    var address = InterfaceAddress.parse("192.0.2.7/24");
    var address6 = InterfaceAddress.parse("2001:db8::7/64");

    host.links().addAddress(index, address);
    host.links().addAddress(index, address);
    host.links().addAddress(index, address6);
    assertThat(host.links().addresses())
        .filteredOn(found -> found.link() == index && found.isPermanent())
        .extracting(found -> found.address())
        .contains(address, address6);

    host.links().removeAddress(index, address);
    host.links().removeAddress(index, address);
    assertThat(host.links().addresses())
        .extracting(found -> found.address())
        .doesNotContain(address)
        .contains(address6);
  }

  @Test
  void everyKindOfRouteComesBackAsItWasPut() {
    int index = veth("cali1");
    veth("cali2");
    host.links().addAddress(index, InterfaceAddress.parse("192.0.2.1/24"));
    host.links().addAddress(index, InterfaceAddress.parse("2001:db8::1/64"));
    var gateway = new Hop(Optional.of(IpAddress.parse("192.0.2.2")), "cali1", false);
    var onlink = new Hop(Optional.of(IpAddress.parse("198.51.100.1")), "cali2", true);
    var routes =
        List.of(
            Route.onDevice(Cidr.parse("10.0.0.1/32"), RouteOwner.BOOT, "cali1"),
            Route.via(
                Cidr.parse("10.1.0.0/26"),
                RouteOwner.BIRD,
                IpAddress.parse("192.0.2.2"),
                "cali1",
                false),
            Route.via(
                Cidr.parse("10.1.1.0/26"),
                RouteOwner.FELIX,
                IpAddress.parse("10.9.9.9"),
                "cali2",
                true),
            Route.blackhole(Cidr.parse("10.2.0.0/26"), RouteOwner.BIRD).withMetric(77),
            new Route(
                Cidr.parse("10.3.0.0/26"),
                RouteOwner.BIRD,
                Route.Type.UNICAST,
                Route.Scope.UNIVERSE,
                Route.MAIN_TABLE,
                0,
                Optional.of(IpAddress.parse("192.0.2.1")),
                List.of(gateway, onlink)),
            Route.via(
                Cidr.parse("10.4.0.0/26"),
                RouteOwner.BIRD,
                IpAddress.parse("2001:db8::2"),
                "cali1",
                false),
            new Route(
                Cidr.parse("10.5.0.0/26"),
                RouteOwner.BIRD,
                Route.Type.UNICAST,
                Route.Scope.UNIVERSE,
                Route.MAIN_TABLE,
                1024,
                Optional.empty(),
                List.of(
                    new Hop(Optional.of(IpAddress.parse("fe80::2")), "cali1", false),
                    new Hop(Optional.of(IpAddress.parse("fe80::2")), "cali2", false))),
            Route.onDevice(Cidr.parse("fd00::1/128"), RouteOwner.BOOT, "cali1"),
            Route.via(
                Cidr.parse("fd00:1::/122"),
                RouteOwner.BIRD,
                IpAddress.parse("2001:db8::2"),
                "cali1",
                false),
            Route.blackhole(Cidr.parse("fd00:2::/122"), RouteOwner.BIRD),
            new Route(
                Cidr.parse("fd00:3::/122"),
                RouteOwner.BIRD,
                Route.Type.UNICAST,
                Route.Scope.UNIVERSE,
                Route.MAIN_TABLE,
                0,
                Optional.empty(),
                List.of(
                    new Hop(Optional.of(IpAddress.parse("2001:db8::2")), "cali1", false),
                    new Hop(Optional.of(IpAddress.parse("2001:db8::3")), "cali1", false))));

    for (int round = 0; round < 2; round++) {
      assertThat(
              host.routes().apply(routes.stream().<RouteChange>map(RouteChange.Put::new).toList()))
          .isEmpty();
      assertThat(present()).containsAll(routes.stream().map(Route::installed).toList());
    }
    for (int round = 0; round < 2; round++) {
      assertThat(
              host.routes()
                  .apply(routes.stream().<RouteChange>map(RouteChange.Remove::new).toList()))
          .isEmpty();
      assertThat(present())
          .doesNotContainAnyElementsOf(routes.stream().map(Route::installed).toList());
    }
  }

  private List<Route> present() {
    var all = new ArrayList<>(host.routes().list(IpFamily.IPV4));
    all.addAll(host.routes().list(IpFamily.IPV6));
    return all.stream().map(Route::installed).toList();
  }

  @Test
  void aNewNamespaceHasNoRoutes() {
    assertThat(host.routes().list(IpFamily.IPV4)).isEmpty();
    assertThat(host.routes().listOn("lo")).isEmpty();
  }

  @Test
  void theRoutesOfOneDevice() {
    veth("cali1");
    veth("cali2");
    Route first = Route.onDevice(Cidr.parse("10.0.0.1/32"), RouteOwner.BOOT, "cali1");
    Route second = Route.onDevice(Cidr.parse("10.0.0.2/32"), RouteOwner.BOOT, "cali2");
    Route third = Route.onDevice(Cidr.parse("fd00::3/128"), RouteOwner.BOOT, "cali2");
    assertThat(
            host.routes()
                .apply(
                    List.of(
                        new RouteChange.Put(first),
                        new RouteChange.Put(second),
                        new RouteChange.Put(third))))
        .isEmpty();

    assertThat(host.routes().listOn("cali2").stream().map(Route::installed))
        .contains(second.installed(), third.installed())
        .doesNotContain(first.installed())
        .allMatch(route -> route.hops().stream().allMatch(hop -> hop.device().equals("cali2")));
    assertThat(host.routes().listOn("cali3")).isEmpty();
  }

  @Test
  void oneBadRouteDoesNotStopTheOthers() {
    veth("cali1");
    var good =
        new RouteChange.Put(Route.onDevice(Cidr.parse("10.0.0.1/32"), RouteOwner.BOOT, "cali1"));
    var noDevice =
        new RouteChange.Put(Route.onDevice(Cidr.parse("10.0.0.2/32"), RouteOwner.BOOT, "none"));
    var noWay =
        new RouteChange.Put(
            Route.via(
                Cidr.parse("10.0.0.3/32"),
                RouteOwner.BIRD,
                IpAddress.parse("203.0.113.1"),
                "cali1",
                false));

    List<RouteFailure> failures = host.routes().apply(List.of(noDevice, noWay, good));

    assertThat(failures).extracting(RouteFailure::change).containsExactly(noDevice, noWay);
    assertThat(failures)
        .extracting(failure -> failure.cause().errno())
        .containsExactly(Errno.ENODEV, Errno.ENETUNREACH);
    assertThat(present()).contains(good.route());
  }

  @Test
  void aHundredThousandRoutes() {
    veth("cali1");
    List<RouteChange> puts =
        IntStream.range(0, 100_000)
            .<RouteChange>mapToObj(
                i ->
                    new RouteChange.Put(
                        Route.onDevice(
                            Cidr.host(IpAddress.parse("10.128.0.0").plus(i)),
                            RouteOwner.BIRD,
                            "cali1")))
            .toList();
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      assertThat(host.routes().apply(puts)).isEmpty();
      long put = System.nanoTime();
      assertThat(host.routes().list(IpFamily.IPV4)).hasSize(puts.size());
      long listed = System.nanoTime();
      System.out.printf(
          "100,000 routes: put %d ms, list %d ms%n",
          (put - start) / 1_000_000, (listed - put) / 1_000_000);
    }
  }

  @Test
  void vxlanWithForwardingAndNeighbours() {
    var kind = new Link.Kind.Vxlan(4096, Optional.of(IpAddress.parse("192.0.2.1")), 0, 4789, false);
    var mac = MacAddress.parse("66:00:00:00:00:01");
    host.links().createVxlan("vxlan.calico", Optional.of(mac), 1410, kind);
    Link link = host.links().find("vxlan.calico").orElseThrow();
    host.links().setUp(link.index(), true);
    assertThat(link.kind()).isEqualTo(kind);
    assertThat(link.mac()).contains(mac);

    var far = MacAddress.parse("66:00:00:00:00:02");
    var old = new ForwardingEntry("vxlan.calico", far, IpAddress.parse("192.0.2.2"));
    var moved = new ForwardingEntry("vxlan.calico", far, IpAddress.parse("192.0.2.3"));
    var neighbour = new Neighbour("vxlan.calico", IpAddress.parse("10.0.9.0"), far);
    host.neighbours().put(old);
    host.neighbours().put(moved);
    host.neighbours().put(neighbour);
    host.neighbours().put(neighbour);
    assertThat(host.neighbours().forwarding("vxlan.calico")).containsExactly(moved);
    assertThat(host.neighbours().neighbours("vxlan.calico")).containsExactly(neighbour);

    host.neighbours().remove(moved);
    host.neighbours().remove(moved);
    host.neighbours().remove(neighbour);
    host.neighbours().remove(neighbour);
    assertThat(host.neighbours().forwarding("vxlan.calico")).isEmpty();
    assertThat(host.neighbours().neighbours("vxlan.calico")).isEmpty();
  }

  @Test
  void ipipTunnels() {
    var kind = new Link.Kind.Ipip(Optional.of(IpAddress.parse("192.0.2.1")), Optional.empty());
    try {
      host.links().createIpip("ipip1", kind);
    } catch (KernelException e) {
      assumeTrue(!e.errno().equals(Errno.EOPNOTSUPP), "this kernel has no ipip");
      throw e;
    }
    Link link = host.links().find("ipip1").orElseThrow();
    assertThat(link.kind()).isEqualTo(kind);
    assertThat(host.links().find("tunl0").map(Link::kind))
        .contains(new Link.Kind.Ipip(Optional.empty(), Optional.empty()));
    // a namespace without any address takes no gateway, not even onlink
    host.links().addAddress(link.index(), InterfaceAddress.parse("10.1.9.0/32"));
    host.links().setUp(link.index(), true);
    var route =
        Route.via(
            Cidr.parse("10.1.0.0/26"),
            RouteOwner.FELIX,
            IpAddress.parse("192.0.2.9"),
            "ipip1",
            true);
    assertThat(host.routes().apply(List.of(new RouteChange.Put(route)))).isEmpty();
    assertThat(present()).contains(route.installed());
  }

  @Test
  void manyLinksGoTogether() {
    List<String> names = IntStream.range(0, 20).mapToObj(i -> "cali" + i).toList();
    names.forEach(this::veth);
    veth("other");
    var gone = new ArrayList<>(names);
    gone.add("never-was");

    host.links().deleteAll(gone);
    host.links().deleteAll(gone);

    assertThat(host.links().list())
        .extracting(Link::name)
        .contains("other", "lo")
        .doesNotContainAnyElementsOf(names);
  }

  @Test
  void settingsAreThoseOfTheNamespace() {
    veth("cali1");
    host.sysctl().write("net/ipv4/conf/cali1/proxy_arp", "1");

    assertThat(host.sysctl().read("net/ipv4/conf/cali1/proxy_arp")).contains("1");
    assertThat(inPod.sysctl().read("net/ipv4/conf/cali1/proxy_arp")).isEmpty();
    assertThatThrownBy(() -> host.sysctl().write("net/ipv4/conf/none/proxy_arp", "1"))
        .hasMessageContaining("ENOENT");
    assertThatThrownBy(() -> host.sysctl().read("net/../kernel/hostname"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void newsOfLinksArrive() throws Exception {
    var news = new LinkedBlockingQueue<LinkNews>();
    try (AutoCloseable _ = host.links().watch(news::add)) {
      int index = veth("cali1");
      awaitNews(news, index, LinkNews.Changed.class);
      host.links().addAddress(index, InterfaceAddress.parse("192.0.2.7/24"));
      awaitNews(news, index, LinkNews.AddressesChanged.class);
      host.links().delete("cali1");
      awaitNews(news, index, LinkNews.Gone.class);
    }
  }

  private static void awaitNews(
      LinkedBlockingQueue<LinkNews> news, int index, Class<? extends LinkNews> kind)
      throws InterruptedException {
    while (true) {
      LinkNews next = news.poll(60, TimeUnit.SECONDS);
      assertThat(next).as("news %s of interface %d", kind, index).isNotNull();
      int about =
          switch (next) {
            case LinkNews.Changed(Link link) -> link.index();
            case LinkNews.Gone(int gone, _) -> gone;
            case LinkNews.AddressesChanged(int changed) -> changed;
            case LinkNews.Lost() -> 0;
          };
      if (about == index && kind.isInstance(next)) {
        return;
      }
    }
  }

  @Test
  void aFileThatIsNoNamespaceIsRefused() {
    assertThatThrownBy(() -> LiveKernel.open(java.nio.file.Path.of("/proc/version")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a namespace");
  }
}
