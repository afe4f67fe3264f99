// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What a group of peers is told of a prefix, in one word: the attributes, and the source of the
/// path, which is never told its own.
///
/// ```
/// | block (44 bits, signed) | source (20) |
/// ```
final class Told {

  /// The prefix is not told.
  static final long NOTHING = -1;

  static final int SOURCE_BITS = 20;
  private static final long SOURCE_MASK = (1L << SOURCE_BITS) - 1;

  private Told() {}

  static long of(int block, int source) {
    return ((long) block << SOURCE_BITS) | source;
  }

  static int block(long word) {
    return (int) (word >> SOURCE_BITS);
  }

  static int source(long word) {
    return (int) (word & SOURCE_MASK);
  }
}
