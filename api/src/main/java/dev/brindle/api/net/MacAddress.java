// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import java.util.HexFormat;

/// A 48-bit Ethernet address.
///
/// @param value the address as a number
public record MacAddress(long value) {

  private static final int OCTETS = 6;
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  /// @throws IllegalArgumentException if `value` has more than 48 bits
  public MacAddress {
    if (value >>> 48 != 0) {
      throw new IllegalArgumentException("a MAC address has 48 bits");
    }
  }

  /// Reads `ee:ee:ee:ee:ee:ee`.
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  public static MacAddress parse(String text) {
    try {
      return ofBytes(COLONS.parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'%s' is not a MAC address".formatted(text), e);
    }
  }

  /// @throws IllegalArgumentException if there are not six bytes
  public static MacAddress ofBytes(byte[] bytes) {
    if (bytes.length != OCTETS) {
      throw new IllegalArgumentException(
          "a MAC address has 6 bytes, not %d".formatted(bytes.length));
    }
    long value = 0;
    for (byte octet : bytes) {
      value = (value << Byte.SIZE) | (octet & 0xff);
    }
    return new MacAddress(value);
  }

  /// Six bytes in network order; the array is the caller's.
  public byte[] bytes() {
    byte[] bytes = new byte[OCTETS];
    for (int i = 0; i < OCTETS; i++) {
      bytes[i] = (byte) (value >>> ((OCTETS - 1 - i) * Byte.SIZE));
    }
    return bytes;
  }

  /// `ee:ee:ee:ee:ee:ee`.
  @Override
  public String toString() {
    return COLONS.formatHex(bytes());
  }
}
