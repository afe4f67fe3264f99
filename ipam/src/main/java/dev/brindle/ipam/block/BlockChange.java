// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.IpAddress;
import java.util.List;

/// A block as it would be, and the addresses that makes the difference.
public record BlockChange(Block block, List<IpAddress> addresses) {

  public BlockChange {
    addresses = List.copyOf(addresses);
  }

  public boolean isNothing() {
    return addresses.isEmpty();
  }
}
