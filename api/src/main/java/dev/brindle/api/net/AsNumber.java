// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

/// An autonomous system number of four octets (RFC 6793).
///
/// @param value 0 to 4,294,967,295
public record AsNumber(long value) implements Comparable<AsNumber> {

  /// Stands for a number that does not fit two octets (RFC 6793 §9).
  public static final AsNumber AS_TRANS = new AsNumber(23_456);

  private static final long MAX = 0xffff_ffffL;
  private static final int MAX_HALF = 0xffff;

  /// @throws IllegalArgumentException if `value` is out of range
  public AsNumber {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("AS number %d is not in 0..%d".formatted(value, MAX));
    }
  }

  /// Reads `64512` or `1.10` (RFC 5396 asdot).
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  public static AsNumber parse(String text) {
    try {
      int dot = text.indexOf('.');
      if (dot < 0) {
        return new AsNumber(Decimal.parse(text));
      }
      return new AsNumber((half(text.substring(0, dot)) << 16) | half(text.substring(dot + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is not an AS number".formatted(text), e);
    }
  }

  private static long half(String text) {
    long value = Decimal.parse(text);
    if (value > MAX_HALF) {
      throw new NumberFormatException(text + " is not in 0..65535");
    }
    return value;
  }

  @Override
  public int compareTo(AsNumber other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
