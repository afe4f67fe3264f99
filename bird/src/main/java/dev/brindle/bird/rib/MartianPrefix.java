// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.Cidr;

/// Prefixes that can be written and mean nothing as a route between systems: what RFC 4271 §6.3
/// calls semantically incorrect. The session stays, the prefix is not taken. Default routes are no
/// martians, nor is anything so short that it only covers one.
public final class MartianPrefix {

  private static final long IPV4_MULTICAST = 0xe000_0000L;
  private static final int IPV4_LOOPBACK = 127;
  private static final int CLASS_A = 8;

  /// Multicast and class E together.
  private static final int IPV4_MULTICAST_LENGTH = 3;

  private static final int IPV6_MULTICAST = 0xff;
  private static final int IPV6_MULTICAST_LENGTH = 8;
  private static final int IPV6_LINK_LOCAL = 0xfe80 >>> 6;
  private static final int IPV6_LINK_LOCAL_LENGTH = 10;
  private static final int IPV6_HOST = 128;

  private MartianPrefix() {}

  public static boolean is(Cidr prefix) {
    long high = prefix.address().high();
    long low = prefix.address().low();
    return prefix.address().isIpv4()
        ? isIpv4(low, prefix.length())
        : isIpv6(high, low, prefix.length());
  }

  /// 0.0.0.0/8, 127.0.0.0/8, 224.0.0.0/4, 240.0.0.0/4.
  ///
  /// @param bits of the address, unsigned
  public static boolean isIpv4(long bits, int length) {
    long network = bits >>> 24;
    return (length >= CLASS_A && (network == 0 || network == IPV4_LOOPBACK))
        || (length >= IPV4_MULTICAST_LENGTH && bits >= IPV4_MULTICAST);
  }

  /// ff00::/8, fe80::/10, ::/128, ::1/128.
  public static boolean isIpv6(long high, long low, int length) {
    return (length >= IPV6_MULTICAST_LENGTH && high >>> 56 == IPV6_MULTICAST)
        || (length >= IPV6_LINK_LOCAL_LENGTH && high >>> 54 == IPV6_LINK_LOCAL)
        || (length == IPV6_HOST && high == 0 && low >>> 1 == 0);
  }
}
