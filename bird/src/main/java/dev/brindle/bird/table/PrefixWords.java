// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Family;

/// The address of a prefix as the tables have it, in two words: of IPv4 the unsigned number is in
/// the upper one and the lower is 0, of IPv6 each has its half.
final class PrefixWords {

  private PrefixWords() {}

  static long high(Cidr prefix) {
    IpAddress address = prefix.address();
    return address.isIpv4() ? address.low() : address.high();
  }

  static long low(Cidr prefix) {
    IpAddress address = prefix.address();
    return address.isIpv4() ? 0 : address.low();
  }

  static Cidr cidr(Family family, long high, long low, int length) {
    return new Cidr(
        switch (family) {
          case IPV4_UNICAST -> IpAddress.ofIpv4(high);
          case IPV6_UNICAST -> IpAddress.ofIpv6(high, low);
        },
        length);
  }
}
