// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.kernel.RouteTable.RouteFailure;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.List;

/// The kernel as somebody else has set it, or as a daemon that is gone has left it.
final class KernelFaults {

  private static final InterfaceAddress STRAY = InterfaceAddress.parse("10.99.99.99/32");
  private static final Cidr STALE = Cidr.parse("198.51.100.128/25");

  private KernelFaults() {}

  static void ipForwardOff(Patient patient) {
    boolean isIpv4 = patient.family() == IpFamily.IPV4;
    patient.sysctlAgain(isIpv4 ? "net/ipv4/ip_forward" : "net/ipv6/conf/all/forwarding", "0");
  }

  static void interfaceForwardingOff(Patient patient) {
    patient.sysctl("net/ipv4/conf/eth0/forwarding", "0");
  }

  /// The larger of the interface's own and that of all counts.
  static void rpFilterStrict(Patient patient) {
    patient.sysctl("net/ipv4/conf/all/rp_filter", "0");
    patient.sysctl("net/ipv4/conf/%s/rp_filter".formatted(patient.tunnel().name()), "1");
  }

  static void daemonSilent(Patient patient) {
    patient.holdDaemon();
  }

  static void routesLeft(Patient patient) {
    patient.holdDaemon();
    route(patient, Route.blackhole(STALE, RouteOwner.BIRD));
  }

  /// A route until the fault is healed.
  static void route(Patient patient, Route route) {
    patient.later(() -> patient.kernel().routes().apply(List.of(new RouteChange.Remove(route))));
    for (RouteFailure failure :
        patient.kernel().routes().apply(List.of(new RouteChange.Add(route)))) {
      throw failure.cause();
    }
  }

  static void tunnelOtherwise(Patient patient) {
    if (!(patient.tunnel().kind() instanceof Link.Kind.Vxlan vxlan)) {
      throw new IllegalStateException(
          "this lab's tunnels are not VXLAN; use: brindle lab up --encap vxlan");
    }
    patient.set("FELIX_VXLANVNI", Integer.toString(vxlan.vni() + 1));
  }

  static void tunnelAddress(Patient patient) {
    Link tunnel = patient.tunnel();
    patient.holdDaemon();
    patient.later(() -> patient.kernel().links().removeAddress(tunnel.index(), STRAY));
    patient.kernel().links().addAddress(tunnel.index(), STRAY);
  }
}
