// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.podcidr;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpamNames;
import dev.brindle.api.resource.Metadata;
import java.util.List;
import java.util.Optional;

/// What `spec.podCIDRs` of a Node means, as Calico takes it.
final class PodCidrViews {

  private PodCidrViews() {}

  /// Each network as a block that is the node's.
  static List<BlockAffinity> affinities(CalicoNode node) {
    String name = node.metadata().name();
    return node.podCidrs().stream()
        .distinct()
        .map(
            cidr ->
                new BlockAffinity(
                    Metadata.named(IpamNames.affinity(name, cidr))
                        .withResourceVersion(node.metadata().resourceVersion()),
                    new BlockAffinity.Spec(
                        BlockAffinity.State.CONFIRMED, name, "host", cidr, false)))
        .toList();
  }

  /// The node with the address of its tunnels: the first one of its IPv4 network after the
  /// network's own, whatever its annotation says.
  static CalicoNode withTunnels(CalicoNode node) {
    Optional<IpAddress> first =
        node.podCidrs().stream()
            .filter(cidr -> cidr.family() == IpFamily.IPV4)
            .map(Cidr::address)
            .map(address -> address.plus(1))
            .findFirst();
    return first.isPresent() ? with(node, first.get()) : node;
  }

  private static CalicoNode with(CalicoNode node, IpAddress tunnel) {
    CalicoNode.Spec old = node.spec();
    Optional<CalicoNode.Bgp> bgp = old.bgp();
    boolean hasKey = node.status().containsKey("wireguardPublicKey");
    return new CalicoNode(
        node.metadata(),
        new CalicoNode.Spec(
            Optional.of(
                new CalicoNode.Bgp(
                    bgp.flatMap(CalicoNode.Bgp::asNumber),
                    bgp.flatMap(CalicoNode.Bgp::ipv4Address),
                    bgp.flatMap(CalicoNode.Bgp::ipv6Address),
                    Optional.of(tunnel),
                    bgp.map(CalicoNode.Bgp::routeReflectorClusterID).orElse(""))),
            old.ipv4VXLANTunnelAddr(),
            old.vxlanTunnelMACAddr(),
            old.ipv6VXLANTunnelAddr(),
            old.vxlanTunnelMACAddrV6(),
            old.orchRefs(),
            hasKey
                ? Optional.of(
                    new CalicoNode.Wireguard(
                        Optional.of(tunnel),
                        old.wireguard().flatMap(CalicoNode.Wireguard::interfaceIPv6Address)))
                : old.wireguard(),
            old.addresses(),
            old.interfaces()),
        node.status());
  }
}
