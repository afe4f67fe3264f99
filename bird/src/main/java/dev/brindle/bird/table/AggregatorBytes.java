// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// AGGREGATOR for a peer that knows only two octets of AS number, with AS4_AGGREGATOR behind it if
/// the number does not fit (RFC 6793 §4.2.2).
final class AggregatorBytes {

  private static final int OPTIONAL_TRANSITIVE = 0xc0;
  private static final int PARTIAL = 0x20;
  private static final int MAX_TWO_OCTET = 0xffff;
  private static final int AS_TRANS = 23_456;
  private static final int NARROW = Short.BYTES + Integer.BYTES;
  private static final int WIDE = 2 * Integer.BYTES;

  private AggregatorBytes() {}

  /// @param at the attribute, its number in four octets
  /// @return where what was written ends
  static int narrowed(byte[] from, int at, byte[] to, int out) {
    int value = AttributeWalk.value(from, at);
    int as = Words.get32(from, value);
    int identifier = Words.get32(from, value + Integer.BYTES);
    boolean fits = Integer.compareUnsigned(as, MAX_TWO_OCTET) <= 0;
    int flags = OPTIONAL_TRANSITIVE | (from[at] & PARTIAL);
    int narrow = AttributeWalk.header(to, out, flags, Code.AGGREGATOR, NARROW);
    Words.put16(to, narrow, fits ? as : AS_TRANS);
    Words.put32(to, narrow + Short.BYTES, identifier);
    int end = narrow + NARROW;
    if (fits) {
      return end;
    }
    int wide = AttributeWalk.header(to, end, OPTIONAL_TRANSITIVE, Code.AS4_AGGREGATOR, WIDE);
    Words.put32(to, wide, as);
    Words.put32(to, wide + Integer.BYTES, identifier);
    return wide + WIDE;
  }
}
