// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.validation.Violation;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// Pods must not get addresses of the networks that nodes are in, as the daemon says at its start.
final class NodeNetworks {

  private NodeNetworks() {}

  /// A disabled pool gives out no address: it may stand for a nodes' network, so that what goes
  /// there is not masqueraded. So may one for load balancers only.
  static List<Violation> clashes(IpPool pool, Collection<CalicoNode> nodes) {
    IpPool.Spec spec = pool.spec();
    boolean isForPods =
        spec.allowedUses().stream().anyMatch(use -> use != IpPool.AllowedUse.LOAD_BALANCER);
    if (spec.disabled() || !isForPods) {
      return List.of();
    }
    return nodes.stream().flatMap(node -> clash(pool, node)).limit(1).toList();
  }

  private static Stream<Violation> clash(IpPool pool, CalicoNode node) {
    return addresses(node)
        .filter(address -> address.length() > 0 && address.cidr().overlaps(pool.spec().cidr()))
        .map(
            address ->
                new Violation(
                    "spec.cidr",
                    pool.spec().cidr().toString(),
                    "overlaps with the network %s of node %s"
                        .formatted(address.cidr(), node.metadata().name())));
  }

  private static Stream<InterfaceAddress> addresses(CalicoNode node) {
    return node.spec().bgp().stream()
        .flatMap(bgp -> Stream.concat(bgp.ipv4Address().stream(), bgp.ipv6Address().stream()));
  }
}
