// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;

/// `AF_INET` and `AF_INET6`.
final class Families {

  private static final int INET = 2;
  private static final int INET6 = 10;

  private Families() {}

  static int number(IpFamily family) {
    return family == IpFamily.IPV4 ? INET : INET6;
  }

  /// @throws IllegalArgumentException if it is neither
  static IpFamily of(int number) {
    return switch (number) {
      case INET -> IpFamily.IPV4;
      case INET6 -> IpFamily.IPV6;
      default -> throw new IllegalArgumentException("address family %d".formatted(number));
    };
  }

  static IpAddress unspecified(IpFamily family) {
    return family == IpFamily.IPV4 ? IpAddress.ofIpv4(0) : IpAddress.ofIpv6(0, 0);
  }
}
