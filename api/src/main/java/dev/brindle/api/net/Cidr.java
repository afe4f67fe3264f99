// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A prefix: always canonical, so the bits after its length are zero. Ordered by address, then
/// shorter
/// prefixes first.
///
/// @param length in bits, 0 to 32 or 0 to 128
public record Cidr(IpAddress address, int length) implements Comparable<Cidr> {

  /// Clears the bits after `length`.
  ///
  /// @throws IllegalArgumentException if `length` does not fit the family
  public Cidr {
    checkLength(address, length);
    address = address.masked(length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cidr that && length == that.length && address.equals(that.address);
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + length;
  }

  /// One address: /32 or /128.
  public static Cidr host(IpAddress address) {
    return new Cidr(address, address.family().bits());
  }

  /// Reads `10.0.0.0/8` or a plain address, which counts as a host. Bits after the length are
  /// cleared:
  /// use `InterfaceAddress` to keep them.
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  public static Cidr parse(String text) {
    return InterfaceAddress.parse(text).cidr();
  }

  /// The same, with an empty result instead of an exception.
  public static Optional<Cidr> tryParse(String text) {
    return InterfaceAddress.tryParse(text).map(InterfaceAddress::cidr);
  }

  static void checkLength(IpAddress address, int length) {
    int bits = address.family().bits();
    if (length < 0 || length > bits) {
      throw new IllegalArgumentException(
          "prefix length %d is not in 0..%d".formatted(length, bits));
    }
  }

  public IpFamily family() {
    return address.family();
  }

  public boolean isHost() {
    return length == family().bits();
  }

  public boolean contains(IpAddress other) {
    return other.family() == family() && other.masked(length).equals(address);
  }

  /// True for itself and every longer prefix inside.
  public boolean contains(Cidr other) {
    return other.length >= length && contains(other.address);
  }

  public boolean overlaps(Cidr other) {
    return contains(other) || other.contains(this);
  }

  /// The last address inside.
  public IpAddress last() {
    int hostBits = family().bits() - length;
    if (address.isIpv4()) {
      return IpAddress.ofIpv4(address.low() | ((1L << hostBits) - 1));
    }
    long high = hostBits <= 64 ? 0 : hostBits == 128 ? -1L : (1L << (hostBits - 64)) - 1;
    long low = hostBits >= 64 ? -1L : (1L << hostBits) - 1;
    return IpAddress.ofIpv6(address.high() | high, address.low() | low);
  }

  @Override
  public int compareTo(Cidr other) {
    int byAddress = address.compareTo(other.address);
    return byAddress != 0 ? byAddress : Integer.compare(length, other.length);
  }

  /// `10.0.0.0/8`.
  @Override
  public String toString() {
    return address + "/" + length;
  }
}
