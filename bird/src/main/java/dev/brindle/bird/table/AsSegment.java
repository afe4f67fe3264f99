// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// A segment of an AS path in bytes (RFC 4271 §4.3 b, with four octets for each number):
///
/// ```
/// | type (1) | count (1) | number (4) ... |
/// ```
final class AsSegment {

  static final int SET = 1;
  static final int SEQUENCE = 2;

  static final int HEADER = 2;
  static final int MAX_COUNT = 255;

  private AsSegment() {}

  static int type(byte[] bytes, int at) {
    return bytes[at];
  }

  static int count(byte[] bytes, int at) {
    return bytes[at + 1] & 0xff;
  }

  static int next(byte[] bytes, int at) {
    return at + HEADER + count(bytes, at) * Integer.BYTES;
  }
}
