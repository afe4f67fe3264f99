// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.host;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.router.RouterPart;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.NodeSpec;
import dev.brindle.lab.topology.Topology;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All machines of a lab and the cables between them.
///
/// ```
///   node1 eth0 ── n1 ┐                          ┌ n2 ── eth0 node2
///   node3 eth0 ── n3 ┤ segment1        segment2 ├ n4 ── eth0 node4
///                 r1 ┘ (bridge)        (bridge) └ r2
///                 └──── segment1 router segment2 ┘
///                                  └ outside ── eth0 outside
/// ```
public final class Site implements AutoCloseable {

  private static final int MTU = 1500;
  private static final String UPLINK = "eth0";

  private final Libc libc;
  private final Topology topology;
  private final Host ground;
  private final Map<String, Host> hosts = new LinkedHashMap<>();

  /// @param libc of a process with mount, network and PID namespaces of its own
  public Site(Libc libc, Topology topology) {
    this.libc = libc;
    this.topology = topology;
    this.ground = Host.ground(libc);
  }

  /// Makes everything but the pods.
  public void build() {
    for (int segment = 1; segment <= topology.segments(); segment++) {
      Bridge.create(libc, bridge(segment));
      ground
          .kernel()
          .sysctl()
          .write("net/ipv6/conf/%s/disable_ipv6".formatted(bridge(segment)), "1");
      ground.setUp(bridge(segment), true);
    }
    if (topology.hasRouter()) {
      buildRouter();
    }
    if (topology.hasOutside()) {
      buildOutside();
    }
    for (NodeSpec node : topology.nodes()) {
      buildNode(node);
    }
  }

  /// An empty machine for a pod; the CNI plugin will connect it.
  public Host addPod(String name) {
    return add(name);
  }

  /// @throws IllegalArgumentException if there is none of that name; the message names them all
  public Host host(String name) {
    Host host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException(
          "there is no %s; there are %s".formatted(name, String.join(", ", hosts.keySet())));
    }
    return host;
  }

  public List<String> names() {
    return List.copyOf(hosts.keySet());
  }

  /// Pulls the plug of a node's cable, at the switch, or puts it back.
  public void setLink(NodeSpec node, boolean up) {
    ground.setUp(port(node), up);
  }

  /// The largest packet that a node's port at the switch takes; larger ones vanish there, as from
  /// any switch.
  public void setPortMtu(NodeSpec node, int mtu) {
    ground.kernel().links().setMtu(ground.index(port(node)), mtu);
  }

  /// Puts it back.
  public void resetPortMtu(NodeSpec node) {
    setPortMtu(node, MTU);
  }

  /// Takes a node away with all its network, and puts a new one of the same name in its place: as
  /// after a power cut. Who has the old one's file open still has the old network.
  public Host replace(NodeSpec node) {
    Host old = host(node.name());
    ground.kernel().links().delete(port(node));
    old.close();
    old.forget(libc);
    buildNode(node);
    return host(node.name());
  }

  /// A machine on the first segment.
  public Host addEtcd() {
    Host etcd = add(Topology.ETCD);
    plug(etcd, UPLINK, Topology.ETCD, 1);
    for (IpFamily family : topology.family().families()) {
      address(etcd, UPLINK, Addressing.etcd(family));
      via(etcd, everything(family), Addressing.router(1, family).address());
    }
    return etcd;
  }

  private Host add(String name) {
    Host host = Host.create(libc, name);
    hosts.put(name, host);
    return host;
  }

  private void buildRouter() {
    Host router = add(Topology.ROUTER);
    forward(router);
    for (int segment = 1; segment <= topology.segments(); segment++) {
      plug(router, bridge(segment), "r" + segment, segment);
      for (IpFamily family : topology.family().families()) {
        address(router, bridge(segment), Addressing.router(segment, family));
      }
    }
  }

  private void buildOutside() {
    Host router = host(Topology.ROUTER);
    Host outside = add(Topology.OUTSIDE);
    connect(router, RouterPart.OUTSIDE_DEVICE, outside, UPLINK);
    for (IpFamily family : topology.family().families()) {
      address(router, RouterPart.OUTSIDE_DEVICE, Addressing.routerOutside(family));
      address(outside, UPLINK, Addressing.outside(family));
      via(outside, everything(family), Addressing.routerOutside(family).address());
    }
  }

  private void buildNode(NodeSpec node) {
    Host host = add(node.name());
    plug(host, UPLINK, port(node), node.segment());
    for (IpFamily family : topology.family().families()) {
      address(host, UPLINK, Addressing.node(node, family));
      // every machine has a default route, and proxy ARP for 169.254.1.1 does not work without one
      via(host, everything(family), Addressing.router(node.segment(), family).address());
    }
  }

  private void plug(Host host, String device, String port, int segment) {
    connect(ground, port, host, device);
    Bridge.join(libc, ground.index(port), ground.index(bridge(segment)));
  }

  private static void connect(Host one, String oneDevice, Host other, String otherDevice) {
    one.kernel()
        .links()
        .createVeth(
            oneDevice,
            Optional.empty(),
            MTU,
            0,
            otherDevice,
            Optional.empty(),
            other.path().toString());
    one.setUp(oneDevice, true);
    other.setUp(otherDevice, true);
  }

  private static void address(Host host, String device, InterfaceAddress address) {
    host.kernel().links().addAddress(host.index(device), address);
  }

  private static void via(Host host, Cidr destination, IpAddress gateway) {
    Route route = Route.via(destination, RouteOwner.BOOT, gateway, UPLINK, false);
    for (RouteFailure failure : host.kernel().routes().apply(List.of(new RouteChange.Put(route)))) {
      throw failure.cause();
    }
  }

  private static void forward(Host host) {
    host.kernel().sysctl().write("net/ipv4/ip_forward", "1");
    host.kernel().sysctl().write("net/ipv6/conf/all/forwarding", "1");
    // routes of a pod's node and of its block's may differ for a moment
    host.kernel().sysctl().write("net/ipv4/conf/all/rp_filter", "0");
    host.kernel().sysctl().write("net/ipv4/conf/default/rp_filter", "0");
  }

  private static Cidr everything(IpFamily family) {
    return Cidr.parse(family == IpFamily.IPV4 ? "0.0.0.0/0" : "::/0");
  }

  private static String bridge(int segment) {
    return "segment" + segment;
  }

  private static String port(NodeSpec node) {
    return "n" + node.number();
  }

  @Override
  public void close() {
    hosts.values().forEach(Host::close);
    ground.close();
  }
}
