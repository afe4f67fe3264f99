// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.lab.host.NarrowRoute;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.NodeSpec;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftChain.Hook;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import java.util.List;
import java.util.Optional;

/// Ways to the other nodes that something is wrong with.
final class WayFaults {

  private static final int BGP = 179;
  private static final int NARROW = 1400;

  private WayFaults() {}

  static void bgpRefused(Patient patient) {
    bgp(patient, new NftExpression.Reject(true));
  }

  static void bgpTimeout(Patient patient) {
    bgp(patient, NftExpression.DROP);
  }

  /// Sessions that there are would last until their hold time is over, so they are begun anew.
  private static void bgp(Patient patient, NftExpression verdict) {
    patient.other();
    List<NftRule> rules =
        List.of(
            NftRule.of(
                new NftExpression.L4Protocol(Protocol.TCP, false),
                new NftExpression.Ports(Side.DESTINATION, List.of(PortRange.of(BGP)), false),
                verdict));
    RuleFaults.firewall(patient, "output", Hook.OUTPUT, rules);
    RuleFaults.firewall(patient, "input", Hook.INPUT, rules);
    patient.restartDaemon();
  }

  static void bgpUnreachable(Patient patient) {
    IpAddress peer = Addressing.node(patient.other(), patient.family()).address();
    KernelFaults.route(
        patient,
        new Route(
            Cidr.host(peer),
            RouteOwner.BOOT,
            Route.Type.UNREACHABLE,
            Route.Scope.UNIVERSE,
            Route.MAIN_TABLE,
            0,
            Optional.empty(),
            List.of()));
    patient.restartDaemon();
  }

  static void tooNarrow(Patient patient) {
    NodeSpec other = patient.other();
    IpAddress peer = Addressing.node(other, patient.family()).address();
    Optional<IpAddress> gateway =
        other.segment() == patient.node().segment()
            ? Optional.empty()
            : Optional.of(Addressing.router(patient.node().segment(), patient.family()).address());
    var route = new NarrowRoute(patient.host(), "eth0", peer, gateway, NARROW);
    patient.later(() -> route.remove(patient.rig().libc()));
    route.add(patient.rig().libc());
  }

  static void blackHole(Patient patient) {
    patient.other();
    patient.later(() -> patient.rig().site().resetPortMtu(patient.node()));
    patient.rig().site().setPortMtu(patient.node(), NARROW);
  }

  static void tunnelBlocked(Patient patient) {
    patient.other();
    NftRule rule =
        patient.tunnel().kind() instanceof Link.Kind.Vxlan vxlan
            ? NftRule.of(
                new NftExpression.L4Protocol(Protocol.UDP, false),
                new NftExpression.Ports(
                    Side.DESTINATION, List.of(PortRange.of(vxlan.port())), false),
                NftExpression.DROP)
            : NftRule.of(new NftExpression.L4Protocol(Protocol.IPIP, false), NftExpression.DROP);
    RuleFaults.firewall(patient, "output", Hook.OUTPUT, List.of(rule));
  }
}
