// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.address;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// An interface of the node, with what autodetection looks at.
///
/// @param addresses in the kernel's order
/// @param waysOut families with a route that leads by this interface to other networks
public record HostInterface(
    int index, String name, List<InterfaceAddress> addresses, Set<IpFamily> waysOut) {

  public HostInterface {
    addresses = List.copyOf(addresses);
    waysOut = Set.copyOf(waysOut);
  }

  /// Without a way to other networks.
  public HostInterface(int index, String name, List<InterfaceAddress> addresses) {
    this(index, name, addresses, Set.of());
  }

  public HostInterface leading(Set<IpFamily> ways) {
    return new HostInterface(index, name, addresses, ways);
  }

  boolean leadsOut(IpFamily family) {
    return waysOut.contains(family);
  }

  /// Addresses that other nodes may reach, those with a subnet first.
  List<InterfaceAddress> candidates(IpFamily family) {
    return addresses.stream()
        .filter(address -> address.address().family() == family)
        .filter(address -> address.address().isGlobalUnicast())
        .sorted(Comparator.comparing(HostInterface::isLone))
        .toList();
  }

  /// Whether an address has no subnet.
  static boolean isLone(InterfaceAddress address) {
    return address.length() == address.address().family().bits();
  }
}
