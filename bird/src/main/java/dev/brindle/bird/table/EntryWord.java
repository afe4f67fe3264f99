// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What a table keeps for a prefix with several paths, as one long: where they are, how many, which
/// is best, and whether MED may tell any two apart.
///
/// ```
/// | 1 | med | count (15) | best (15) | place in PathRuns (32) |
/// ```
///
/// A prefix with one path has its `PathWord` here instead, a prefix with none 0.
final class EntryWord {

  static final int MAX_COUNT = (1 << 15) - 1;

  private static final int BEST_SHIFT = 32;
  private static final int COUNT_SHIFT = 47;
  private static final long MED = 1L << 62;
  private static final long RUN = Long.MIN_VALUE;

  private EntryWord() {}

  static long of(int place, int count, int best, boolean med) {
    return RUN
        | (med ? MED : 0)
        | ((long) count << COUNT_SHIFT)
        | ((long) best << BEST_SHIFT)
        | Integer.toUnsignedLong(place);
  }

  static boolean isRun(long entry) {
    return entry < 0;
  }

  static int place(long entry) {
    return (int) entry;
  }

  static int count(long entry) {
    return isRun(entry) ? (int) (entry >>> COUNT_SHIFT) & MAX_COUNT : entry == 0 ? 0 : 1;
  }

  /// 0 for a single path.
  static int best(long entry) {
    return isRun(entry) ? (int) (entry >>> BEST_SHIFT) & MAX_COUNT : 0;
  }

  static boolean hasMed(long entry) {
    return (entry & (RUN | MED)) == (RUN | MED);
  }

  static long withBest(long entry, int best) {
    return (entry & ~((long) MAX_COUNT << BEST_SHIFT)) | ((long) best << BEST_SHIFT);
  }

  static long withMed(long entry, boolean med) {
    return med ? entry | MED : entry & ~MED;
  }

  static long withPlace(long entry, int place) {
    return (entry & ~0xffff_ffffL) | Integer.toUnsignedLong(place);
  }

  static long withCount(long entry, int count) {
    return (entry & ~((long) MAX_COUNT << COUNT_SHIFT)) | ((long) count << COUNT_SHIFT);
  }
}
