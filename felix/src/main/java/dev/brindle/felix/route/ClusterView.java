// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the datastore says about the cluster, as seen from one node.
///
/// @param node this node's name
/// @param nodes by name
public record ClusterView(
    String node,
    Map<String, CalicoNode> nodes,
    List<IpPool> pools,
    List<BlockHolders> blocks,
    List<BlockAffinity> affinities) {

  public ClusterView {
    nodes = Map.copyOf(nodes);
    pools = List.copyOf(pools);
    blocks = List.copyOf(blocks);
    affinities = List.copyOf(affinities);
  }

  public static ClusterView empty(String node) {
    return new ClusterView(node, Map.of(), List.of(), List.of(), List.of());
  }

  public Optional<CalicoNode> self() {
    return Optional.ofNullable(nodes.get(node));
  }

  /// Names of all nodes but this one, in order.
  public List<String> others() {
    return nodes.keySet().stream().filter(name -> !name.equals(node)).sorted().toList();
  }

  /// A node's address with the length of its subnet.
  public Optional<InterfaceAddress> address(String name, IpFamily family) {
    return Optional.ofNullable(nodes.get(name))
        .flatMap(found -> found.spec().bgp())
        .flatMap(bgp -> family == IpFamily.IPV4 ? bgp.ipv4Address() : bgp.ipv6Address());
  }

  /// Address of a node's VXLAN device.
  public Optional<IpAddress> vxlanAddress(String name, IpFamily family) {
    return Optional.ofNullable(nodes.get(name))
        .map(CalicoNode::spec)
        .flatMap(
            spec ->
                family == IpFamily.IPV4 ? spec.ipv4VXLANTunnelAddr() : spec.ipv6VXLANTunnelAddr());
  }

  /// Address of this node's `tunl0`.
  public Optional<IpAddress> ipipAddress() {
    return self().flatMap(own -> own.spec().bgp()).flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr);
  }

  /// The smallest pool that holds a prefix.
  public Optional<IpPool> pool(Cidr prefix) {
    return pools.stream()
        .filter(pool -> pool.spec().cidr().contains(prefix))
        .max(Comparator.comparingInt(pool -> pool.spec().cidr().length()));
  }

  /// Whether a node's address lies in this node's own subnet.
  public boolean isInOwnSubnet(IpAddress other) {
    return address(node, other.family()).filter(own -> own.cidr().contains(other)).isPresent();
  }

  /// Addresses of all nodes as host prefixes.
  public List<Cidr> nodeAddresses(Collection<IpFamily> families) {
    return families.stream()
        .flatMap(family -> nodes.keySet().stream().flatMap(name -> address(name, family).stream()))
        .map(found -> Cidr.host(found.address()))
        .toList();
  }
}
