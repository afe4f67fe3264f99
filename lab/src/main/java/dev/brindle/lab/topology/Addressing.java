// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;

/// Which machine has which address: always the same, so that what one reads about a lab is true of
/// every lab.
///
/// ```
/// segment 1   172.18.1.0/24  fd18:1::/64   node i .10+i, etcd .250 and ::fa, router .254 and ::fe
/// segment 2   172.18.2.0/24  fd18:2::/64
/// outside     203.0.113.0/24 2001:db8:203::/64   router .1, the machine .10
/// pods        10.244.0.0/16  fd10:244::/48
/// ```
public final class Addressing {

  public static final AsNumber CLUSTER_AS = new AsNumber(64_512);
  public static final AsNumber ROUTER_AS = new AsNumber(65_001);

  private static final int FIRST_NODE = 10;

  private Addressing() {}

  public static Cidr pods(IpFamily family) {
    return Cidr.parse(
        switch (family) {
          case IPV4 -> "10.244.0.0/16";
          case IPV6 -> "fd10:244::/48";
        });
  }

  /// The network behind the router, which it announces.
  public static Cidr outsideNetwork(IpFamily family) {
    return Cidr.parse(
        switch (family) {
          case IPV4 -> "203.0.113.0/24";
          case IPV6 -> "2001:db8:203::/64";
        });
  }

  public static Cidr segment(int number, IpFamily family) {
    return Cidr.parse(
        switch (family) {
          case IPV4 -> "172.18.%d.0/24".formatted(number);
          case IPV6 -> "fd18:%d::/64".formatted(number);
        });
  }

  public static InterfaceAddress node(NodeSpec node, IpFamily family) {
    return inside(segment(node.segment(), family), FIRST_NODE + node.number());
  }

  /// The router's address on a segment.
  public static InterfaceAddress router(int segment, IpFamily family) {
    return inside(segment(segment, family), 254);
  }

  /// Of the machine that etcd runs on, on the first segment.
  public static InterfaceAddress etcd(IpFamily family) {
    return inside(segment(1, family), 250);
  }

  /// The router's address on the network behind it.
  public static InterfaceAddress routerOutside(IpFamily family) {
    return inside(outsideNetwork(family), 1);
  }

  /// The address of the machine behind the router.
  public static InterfaceAddress outside(IpFamily family) {
    return inside(outsideNetwork(family), 10);
  }

  /// BGP wants an IPv4 address for a name, even where there is no IPv4.
  public static IpAddress routerId() {
    return router(1, IpFamily.IPV4).address();
  }

  private static InterfaceAddress inside(Cidr network, int host) {
    return new InterfaceAddress(network.address().plus(host), network.length());
  }
}
