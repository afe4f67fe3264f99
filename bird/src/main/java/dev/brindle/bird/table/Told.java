// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What a group of peers is told of a prefix, in one word: the attributes, and the source of the
/// path, which is never told its own.
///
/// ```
/// | wishes (bits 52 to 55) | block (32 bits) | source (20) |
/// ```
final class Told {

  /// The prefix is not told.
  static final long NOTHING = -1;

  static final int SOURCE_BITS = 20;
  private static final int WISH_SHIFT = 52;
  private static final int WISH_MASK = 0xf;
  private static final long SOURCE_MASK = (1L << SOURCE_BITS) - 1;

  private Told() {}

  static long of(int block, int source) {
    return ((long) block << SOURCE_BITS) | source;
  }

  static long of(int block, int source, ExportWish wish) {
    return of(block, source) | (long) wish.bits() << WISH_SHIFT;
  }

  /// What the filter wants of the path.
  static ExportWish wish(long word) {
    return ExportWish.of((int) (word >>> WISH_SHIFT) & WISH_MASK);
  }

  static int block(long word) {
    return (int) (word >> SOURCE_BITS);
  }

  static int source(long word) {
    return (int) (word & SOURCE_MASK);
  }
}
