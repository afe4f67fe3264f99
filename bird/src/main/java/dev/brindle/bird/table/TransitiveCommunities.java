// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Extended communities as they leave an AS: those that are not transitive stay behind (RFC 4360
/// §2, RFC 5701 §2).
final class TransitiveCommunities {

  /// Octets of one in EXTENDED_COMMUNITIES.
  static final int SIZE = 8;

  /// And in IPV6_EXTENDED_COMMUNITIES.
  static final int IPV6_SIZE = 20;

  private static final int OPTIONAL_TRANSITIVE = 0xc0;
  private static final int PARTIAL = 0x20;
  private static final int NON_TRANSITIVE = 0x40;

  private TransitiveCommunities() {}

  /// Writes nothing at all if none may leave.
  ///
  /// @param at the attribute
  /// @param size of one community
  /// @return where what was written ends
  static int write(byte[] from, int at, int size, byte[] to, int out) {
    int end = AttributeWalk.next(from, at);
    int length = 0;
    for (int one = AttributeWalk.value(from, at); one < end; one += size) {
      length += isTransitive(from, one) ? size : 0;
    }
    if (length == 0) {
      return out;
    }
    int flags = OPTIONAL_TRANSITIVE | (from[at] & PARTIAL);
    int value = AttributeWalk.header(to, out, flags, AttributeWalk.code(from, at), length);
    for (int one = AttributeWalk.value(from, at); one < end; one += size) {
      if (isTransitive(from, one)) {
        System.arraycopy(from, one, to, value, size);
        value += size;
      }
    }
    return value;
  }

  private static boolean isTransitive(byte[] from, int community) {
    return (from[community] & NON_TRANSITIVE) == 0;
  }
}
