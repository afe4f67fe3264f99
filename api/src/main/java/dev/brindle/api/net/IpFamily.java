// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

/// IPv4 or IPv6.
public enum IpFamily {
  IPV4(4, 32),
  IPV6(6, 128);

  private final int version;
  private final int bits;

  IpFamily(int version, int bits) {
    this.version = version;
    this.bits = bits;
  }

  /// 4 or 6, as in the first nibble of a packet.
  public int version() {
    return version;
  }

  /// How many bits an address has.
  public int bits() {
    return bits;
  }

  /// @throws IllegalArgumentException if `version` is neither 4 nor 6
  public static IpFamily ofVersion(int version) {
    return switch (version) {
      case 4 -> IPV4;
      case 6 -> IPV6;
      default ->
          throw new IllegalArgumentException("IP version %d is not 4 or 6".formatted(version));
    };
  }

  /// `IPv4` or `IPv6`.
  @Override
  public String toString() {
    return "IPv" + version;
  }
}
