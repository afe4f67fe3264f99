// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import java.util.Optional;

/// Who a block belongs to.
///
/// @param type `host`, or `virtual` for what is no node
public record BlockOwner(String type, String name) {

  /// Holds the addresses of services.
  public static final BlockOwner LOAD_BALANCER = new BlockOwner("virtual", "load-balancer");

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
