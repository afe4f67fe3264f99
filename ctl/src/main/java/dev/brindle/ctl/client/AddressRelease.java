// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.net.Cidr;

/// Gives back what IPAM has handed out, before its pool or node goes.
public interface AddressRelease {

  /// Nodes lose their claims on blocks of the pool; empty blocks go, others stay for the addresses
  /// in use.
  void ofPool(Cidr pool);

  /// Everything that the node and its endpoints hold.
  void ofNode(String node);
}
