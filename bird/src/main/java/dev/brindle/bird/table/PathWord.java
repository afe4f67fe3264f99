// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// A path as one long:
///
/// ```
/// | 0 | 1 | stale | elevated | tag (10) | source (20) | block (30) |
/// ```
///
/// The tag tells several paths of one source to one prefix apart; see `PathIds`. Never 0 and never
/// negative, so that a table can put other meanings there.
final class PathWord {

  static final int MAX_BLOCK = (1 << 30) - 1;
  static final int MAX_TAG = (1 << 10) - 1;

  private static final int SOURCE_SHIFT = 30;
  private static final int TAG_SHIFT = 50;
  private static final long SOURCE_MASK = (long) (Sources.LIMIT - 1) << SOURCE_SHIFT;
  private static final int IDENT_MASK = (1 << 30) - 1;
  private static final long ELEVATED = 1L << 60;
  private static final long STALE = 1L << 61;
  private static final long PRESENT = 1L << 62;

  private PathWord() {}

  static long of(int source, int tag, int block, boolean elevated) {
    return PRESENT
        | (elevated ? ELEVATED : 0)
        | ((long) tag << TAG_SHIFT)
        | ((long) source << SOURCE_SHIFT)
        | block;
  }

  static int block(long path) {
    return (int) path & MAX_BLOCK;
  }

  static int source(long path) {
    return (int) ((path & SOURCE_MASK) >>> SOURCE_SHIFT);
  }

  static boolean isOf(long path, int source) {
    return (path & SOURCE_MASK) == (long) source << SOURCE_SHIFT;
  }

  static int tag(long path) {
    return (int) (path >>> TAG_SHIFT) & MAX_TAG;
  }

  /// Source and tag, 30 bits: tells the path from all others to its prefix, as long as it lives.
  static int ident(long path) {
    return (int) (path >>> SOURCE_SHIFT) & IDENT_MASK;
  }

  static boolean isElevated(long path) {
    return (path & ELEVATED) != 0;
  }

  static boolean isStale(long path) {
    return (path & STALE) != 0;
  }

  static long stale(long path) {
    return path | STALE;
  }

  static long fresh(long path) {
    return path & ~STALE;
  }

  /// Without what others are not told: equal if source, path id and attributes are.
  static long told(long path) {
    return path & ~(STALE | ELEVATED);
  }
}
