// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.address;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import java.util.List;
import java.util.Optional;

/// An interface of the node, with what autodetection looks at.
///
/// @param addresses in the kernel's order
public record HostInterface(int index, String name, List<InterfaceAddress> addresses) {

  public HostInterface {
    addresses = List.copyOf(addresses);
  }

  /// The first address that other nodes may reach.
  Optional<InterfaceAddress> first(IpFamily family) {
    return addresses.stream()
        .filter(address -> address.address().family() == family)
        .filter(address -> address.address().isGlobalUnicast())
        .findFirst();
  }
}
