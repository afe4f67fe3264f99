// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Attributes as they stand one behind the other, on the wire and in canonical form:
///
/// ```
/// | flags (1) | code (1) | length (1, or 2 if the flags say so) | value |
/// ```
///
/// Nothing is checked: for bytes whose headers and lengths are known to be good.
final class AttributeWalk {

  static final int EXTENDED = 0x10;
  static final int NONE = -1;

  static final int HEADER = 3;

  private AttributeWalk() {}

  static int code(byte[] bytes, int at) {
    return bytes[at + 1] & 0xff;
  }

  /// Whether it is the next hop of canonical form. Its flags tell it from an attribute 0, which a
  /// peer may send as one unknown to us.
  static boolean isNextHop(byte[] bytes, int at) {
    return bytes[at] == 0 && bytes[at + 1] == Code.NEXT_HOP_FIRST;
  }

  /// Where the value begins.
  static int value(byte[] bytes, int at) {
    return at + HEADER + ((bytes[at] & EXTENDED) >>> 4);
  }

  /// Of the value.
  static int length(byte[] bytes, int at) {
    return (bytes[at] & EXTENDED) == 0 ? bytes[at + 2] & 0xff : Words.get16(bytes, at + 2);
  }

  static int next(byte[] bytes, int at) {
    return value(bytes, at) + length(bytes, at);
  }

  /// Where the attribute begins, or `NONE`.
  static int find(byte[] bytes, int from, int end, int code) {
    for (int at = from; at < end; at = next(bytes, at)) {
      if (code(bytes, at) == code) {
        return at;
      }
    }
    return NONE;
  }

  /// Writes a header with as short a length as holds it.
  ///
  /// @param flags without the one for two octets of length
  /// @return where the value begins
  static int header(byte[] to, int at, int flags, int code, int length) {
    to[at + 1] = (byte) code;
    if (length <= 0xff) {
      to[at] = (byte) flags;
      to[at + 2] = (byte) length;
      return at + HEADER;
    }
    to[at] = (byte) (flags | EXTENDED);
    Words.put16(to, at + 2, length);
    return at + HEADER + 1;
  }
}
