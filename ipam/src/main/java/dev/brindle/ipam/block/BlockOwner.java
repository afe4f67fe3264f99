// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.resource.IpPool;
import java.util.Optional;

/// Who a block belongs to.
///
/// @param type `host`, or `virtual` for what is no node
public record BlockOwner(String type, String name) {

  /// Holds the addresses of services.
  public static final BlockOwner LOAD_BALANCER = new BlockOwner("virtual", "load-balancer");

  /// Of what is used so.
  ///
  /// @param node where it is used; of no meaning for services
  public static BlockOwner of(IpPool.AllowedUse use, String node) {
    return use == IpPool.AllowedUse.LOAD_BALANCER ? LOAD_BALANCER : node(node);
  }

  public static BlockOwner node(String name) {
    return new BlockOwner("host", name);
  }

  static Optional<BlockOwner> parse(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(new BlockOwner(text.substring(0, colon), text.substring(colon + 1)));
  }

  /// `host:node-1`, as blocks have it.
  public String text() {
    return type + ":" + name;
  }
}
