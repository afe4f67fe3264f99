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

  static final int CONFED_SEQUENCE = 3;

  static final int HEADER = 2;
  static final int MAX_COUNT = 255;

  /// From this type on: the two of confederations (RFC 5065 §3).
  private static final int CONFEDERATION = 3;

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

  static boolean isConfederation(byte[] bytes, int at) {
    return type(bytes, at) >= CONFEDERATION;
  }

  /// Copies a path but for the segments of confederations, within one array only towards its start.
  ///
  /// @return behind the last octet written
  static int copyWithoutConfederation(byte[] from, int value, int end, byte[] to, int out) {
    int written = out;
    int next;
    for (int at = value; at < end; at = next) {
      next = next(from, at);
      if (!isConfederation(from, at)) {
        System.arraycopy(from, at, to, written, next - at);
        written += next - at;
      }
    }
    return written;
  }

  // ---- whole paths; `path` is where the attribute begins

  static boolean hasConfederation(byte[] bytes, int path) {
    int end = AttributeWalk.next(bytes, path);
    for (int at = AttributeWalk.value(bytes, path); at < end; at = next(bytes, at)) {
      if (isConfederation(bytes, at)) {
        return true;
      }
    }
    return false;
  }

  /// RFC 4271 §9.1.2.2 a and RFC 5065 §5.3: a set counts as one, confederation segments as none.
  static int pathLength(byte[] bytes, int path) {
    int length = 0;
    int end = AttributeWalk.next(bytes, path);
    for (int at = AttributeWalk.value(bytes, path); at < end; at = next(bytes, at)) {
      switch (type(bytes, at)) {
        case SEQUENCE -> length += count(bytes, at);
        case SET -> length++;
        default -> {}
      }
    }
    return length;
  }

  /// The first number of a sequence that leads, but for the segments of confederations before it
  /// (RFC 5065 §5.3), unsigned, or 0.
  static int first(byte[] bytes, int path) {
    int at = AttributeWalk.value(bytes, path);
    int end = AttributeWalk.next(bytes, path);
    while (at < end && isConfederation(bytes, at)) {
      at = next(bytes, at);
    }
    return at < end && type(bytes, at) == SEQUENCE ? Words.get32(bytes, at + HEADER) : 0;
  }

  static int occurrences(byte[] bytes, int path, int as) {
    int occurrences = 0;
    int end = AttributeWalk.next(bytes, path);
    for (int at = AttributeWalk.value(bytes, path); at < end; at = next(bytes, at)) {
      occurrences += occurrencesInSegment(bytes, at, as);
    }
    return occurrences;
  }

  static int occurrencesInConfederation(byte[] bytes, int path, int as) {
    int occurrences = 0;
    int end = AttributeWalk.next(bytes, path);
    for (int at = AttributeWalk.value(bytes, path); at < end; at = next(bytes, at)) {
      occurrences += isConfederation(bytes, at) ? occurrencesInSegment(bytes, at, as) : 0;
    }
    return occurrences;
  }

  private static int occurrencesInSegment(byte[] bytes, int at, int as) {
    int occurrences = 0;
    int next = next(bytes, at);
    for (int number = at + HEADER; number < next; number += Integer.BYTES) {
      occurrences += Words.get32(bytes, number) == as ? 1 : 0;
    }
    return occurrences;
  }
}
