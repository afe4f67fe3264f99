// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import java.math.BigInteger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An IPv4 or IPv6 address: its family and its bits, in a form that fits two machine words.
///
/// Unlike the JDK's type it keeps `::ffff:10.0.0.1` an IPv6 address and never asks DNS. Addresses
/// are
/// ordered by family, then as unsigned numbers.
///
/// @param high the upper 64 bits; 0 for IPv4
/// @param low the lower 64 bits; for IPv4 the address in the lower 32
public record IpAddress(IpFamily family, long high, long low) implements Comparable<IpAddress> {

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  /// @throws IllegalArgumentException if an IPv4 address has more than 32 bits
  public IpAddress {
    if (family == IpFamily.IPV4 && (high != 0 || low >>> 32 != 0)) {
      throw new IllegalArgumentException("an IPv4 address has 32 bits");
    }
  }

  /// Written out, as in `Cidr` and others that are looked up by the thousand: a record's own goes
  /// through method handles, which only the optimizing compiler makes fast.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IpAddress that
        && low == that.low
        && high == that.high
        && family == that.family;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(31 * high + low);
  }

  /// @param bits the address as a number; only the lower 32 bits count
  public static IpAddress ofIpv4(long bits) {
    return new IpAddress(IpFamily.IPV4, 0, bits & 0xffff_ffffL);
  }

  public static IpAddress ofIpv6(long high, long low) {
    return new IpAddress(IpFamily.IPV6, high, low);
  }

  /// Reads dotted IPv4 or RFC 4291 IPv6 text. No zone, no port, no surrounding blanks; an IPv4
  /// octet
  /// with leading zeros is refused, as Calico refuses it.
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  public static IpAddress parse(String text) {
    return IpAddressText.parse(text);
  }

  /// The same, with an empty result instead of an exception.
  public static Optional<IpAddress> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// @param bytes 4 or 16, in network order
  /// @throws IllegalArgumentException if there are as many as neither
  public static IpAddress ofBytes(byte[] bytes) {
    return switch (bytes.length) {
      case IPV4_BYTES -> ofIpv4(word(bytes, 0, IPV4_BYTES));
      case IPV6_BYTES -> ofIpv6(word(bytes, 0, Long.BYTES), word(bytes, Long.BYTES, IPV6_BYTES));
      default ->
          throw new IllegalArgumentException(
              "an address has 4 or 16 bytes, not %d".formatted(bytes.length));
    };
  }

  /// 4 or 16 bytes in network order; the array is the caller's.
  public byte[] bytes() {
    byte[] bytes = new byte[family.bits() / Byte.SIZE];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) octet(i);
    }
    return bytes;
  }

  private int octet(int index) {
    int fromEnd = family.bits() / Byte.SIZE - 1 - index;
    long word = fromEnd < Long.BYTES ? low : high;
    return (int) (word >>> (fromEnd % Long.BYTES * Byte.SIZE)) & 0xff;
  }

  private static long word(byte[] bytes, int from, int to) {
    long word = 0;
    for (int i = from; i < to; i++) {
      word = (word << Byte.SIZE) | (bytes[i] & 0xff);
    }
    return word;
  }

  public boolean isIpv4() {
    return family == IpFamily.IPV4;
  }

  public boolean isIpv6() {
    return family == IpFamily.IPV6;
  }

  /// `0.0.0.0` or `::`.
  public boolean isUnspecified() {
    return high == 0 && low == 0;
  }

  /// 127.0.0.0/8 or `::1`.
  public boolean isLoopback() {
    return isIpv4() ? low >>> 24 == 127 : high == 0 && low == 1;
  }

  /// 169.254.0.0/16 or fe80::/10.
  public boolean isLinkLocal() {
    return isIpv4() ? low >>> 16 == 0xa9fe : high >>> 54 == 0xfe80L >>> 6;
  }

  /// 224.0.0.0/4 or ff00::/8.
  public boolean isMulticast() {
    return isIpv4() ? low >>> 28 == 0xe : high >>> 56 == 0xff;
  }

  /// What a host may use as its own address beyond one link: not unspecified, loopback, link-local,
  /// multicast or the broadcast address. Private ranges count.
  public boolean isGlobalUnicast() {
    return !isUnspecified()
        && !isLoopback()
        && !isLinkLocal()
        && !isMulticast()
        && !(isIpv4() && low == 0xffff_ffffL);
  }

  /// The address `offset` further on; wraps around at the end of the family's space.
  public IpAddress plus(long offset) {
    long sum = low + offset;
    if (isIpv4()) {
      return ofIpv4(sum);
    }
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return ofIpv6(high + carry - (offset < 0 ? 1 : 0), sum);
  }

  /// The address as an unsigned number.
  public BigInteger value() {
    return new BigInteger(1, bytes());
  }

  /// Only the first `length` bits, the rest zero.
  ///
  /// @param length 0 to the family's bits
  IpAddress masked(int length) {
    if (isIpv4()) {
      return ofIpv4(length == 0 ? 0 : low & (-1L << (32 - length)));
    }
    long highMask = length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    long lowMask = length <= 64 ? 0 : length == 128 ? -1L : -1L << (128 - length);
    return ofIpv6(high & highMask, low & lowMask);
  }

  @Override
  public int compareTo(IpAddress other) {
    int byFamily = family.compareTo(other.family);
    if (byFamily != 0) {
      return byFamily;
    }
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  /// Dotted, or the canonical form of RFC 5952; IPv4-mapped addresses as `::ffff:a.b.c.d`.
  @Override
  public String toString() {
    return IpAddressText.format(this);
  }
}
