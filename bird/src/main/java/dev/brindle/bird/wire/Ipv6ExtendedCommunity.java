// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.IpAddress;

/// A community of RFC 5701, with an IPv6 address in the middle.
///
/// @param type of two octets, the second the sub-type
/// @param local what the owner of the address means by it, two octets
public record Ipv6ExtendedCommunity(int type, IpAddress address, int local) {

  private static final int NON_TRANSITIVE = 0x4000;

  /// Whether it may cross into another AS.
  public boolean isTransitive() {
    return (type & NON_TRANSITIVE) == 0;
  }

  @Override
  public String toString() {
    return "%04x:%s:%d".formatted(type, address, local);
  }
}
