// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;

/// Addresses of a block, counted from 0.
final class Ordinals {

  /// /20 and /116.
  private static final int MAX_HOST_BITS = 12;

  private Ordinals() {}

  /// @throws IllegalArgumentException if a block cannot be that large
  static int size(Cidr block) {
    int hostBits = block.family().bits() - block.length();
    if (hostBits > MAX_HOST_BITS) {
      throw new IllegalArgumentException(
          "block %s is too large: at least /%d"
              .formatted(block, block.family().bits() - MAX_HOST_BITS));
    }
    return 1 << hostBits;
  }

  static IpAddress address(Cidr block, int ordinal) {
    return block.address().plus(ordinal);
  }

  static int of(Cidr block, IpAddress address) {
    return (int) (address.low() - block.address().low());
  }
}
