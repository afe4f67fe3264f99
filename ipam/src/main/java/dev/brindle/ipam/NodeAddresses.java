// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.ipam.block.Assignment;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which addresses a node holds, for its pods and for its tunnels.
final class NodeAddresses {

  private static final String NODE = "node";

  private NodeAddresses() {}

  /// What IPAM says is held by the node. Where it does not say by whom, the endpoints and the node
  /// say it. An endpoint that was left behind must not take the address from who has it now.
  ///
  /// @param endpoints of this node
  /// @param assignments of all nodes
  static List<Assignment> of(
      CalicoNode node, Collection<WorkloadEndpoint> endpoints, Collection<Assignment> assignments) {
    Set<IpAddress> named =
        Stream.concat(pods(endpoints), tunnels(node.spec())).collect(Collectors.toSet());
    String name = node.metadata().name();
    return assignments.stream()
        .filter(held -> owner(held).map(name::equals).orElse(named.contains(held.address())))
        .toList();
  }

  private static Stream<IpAddress> pods(Collection<WorkloadEndpoint> endpoints) {
    return endpoints.stream()
        .flatMap(endpoint -> endpoint.spec().ipNetworks().stream())
        .map(Cidr::address);
  }

  private static Stream<IpAddress> tunnels(CalicoNode.Spec node) {
    return Stream.of(
            node.bgp().flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr),
            node.ipv4VXLANTunnelAddr(),
            node.ipv6VXLANTunnelAddr())
        .flatMap(Optional::stream);
  }

  private static Optional<String> owner(Assignment held) {
    return Optional.ofNullable(held.holder().activeOwner().get(NODE));
  }
}
