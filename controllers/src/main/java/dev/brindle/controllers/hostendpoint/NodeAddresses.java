// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.hostendpoint;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The addresses of a node itself, in Calico's order, each once.
final class NodeAddresses {

  private static final String INTERNAL = "InternalIP";

  private NodeAddresses() {}

  static List<IpAddress> of(CalicoNode.Spec node) {
    return Stream.of(
            bgp(node),
            Stream.of(node.ipv4VXLANTunnelAddr(), node.ipv6VXLANTunnelAddr())
                .flatMap(Optional::stream),
            node.wireguard().stream()
                .flatMap(it -> Stream.of(it.interfaceIPv4Address(), it.interfaceIPv6Address()))
                .flatMap(Optional::stream),
            node.addresses().stream()
                .filter(address -> address.type().equals(INTERNAL))
                .flatMap(address -> parsed(address.address())),
            node.interfaces().stream().flatMap(link -> of(link).stream()))
        .flatMap(each -> each)
        .distinct()
        .toList();
  }

  private static Stream<IpAddress> bgp(CalicoNode.Spec node) {
    return node.bgp().stream()
        .flatMap(
            bgp ->
                Stream.of(
                    bgp.ipv4Address().map(InterfaceAddress::address),
                    bgp.ipv6Address().map(InterfaceAddress::address),
                    bgp.ipv4IPIPTunnelAddr()))
        .flatMap(Optional::stream);
  }

  static List<IpAddress> of(CalicoNode.Interface link) {
    return link.addresses().stream().flatMap(NodeAddresses::parsed).toList();
  }

  private static Stream<IpAddress> parsed(String text) {
    return InterfaceAddress.tryParse(text).map(InterfaceAddress::address).stream();
  }

  /// Those of a node that are in one of some networks.
  static List<IpAddress> within(CalicoNode.Spec node, Collection<Cidr> networks) {
    return of(node).stream()
        .filter(address -> networks.stream().anyMatch(net -> net.contains(address)))
        .toList();
  }
}
