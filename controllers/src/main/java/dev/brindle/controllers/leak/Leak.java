// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import dev.brindle.api.net.Cidr;
import dev.brindle.ipam.Holding;

/// An address that nobody seems to use any more.
///
/// @param block of the address
/// @param node where it was used, by Calico's name; empty if nobody noted it
/// @param namespace of the pod; empty for an address of a tunnel
/// @param pod empty for an address of a tunnel
public record Leak(Holding holding, Cidr block, String node, String namespace, String pod) {

  public boolean isPods() {
    return !pod.isEmpty();
  }

  /// What goes together.
  public String group() {
    return holding.handle().isEmpty() ? holding.address().toString() : holding.handle();
  }
}
