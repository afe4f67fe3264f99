// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.IpAddress;
import dev.brindle.ipam.block.Assignment;

/// An address in one holder's hands: whoever gets it next has another sequence number.
///
/// @param handle empty for none
public record Holding(IpAddress address, String handle, long sequence) {

  public static Holding of(Assignment held) {
    return new Holding(held.address(), held.handle(), held.sequence());
  }
}
