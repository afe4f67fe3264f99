// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;

/// An address of the reserve, with all that must be known to give it to a pod.
///
/// @param sequence tells this booking from the next one of the address
/// @param pool name of the pool
/// @param namespaceSelector of the pool; empty for all
public record Reserved(
    IpAddress address,
    long sequence,
    Cidr block,
    String pool,
    Cidr poolCidr,
    String namespaceSelector) {

  public Holding holding(String node) {
    return new Holding(address, Reserve.handle(node), sequence);
  }
}
