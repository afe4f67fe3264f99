// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// Numbers that came free, the lowest of them first: so those who come together get numbers that
/// follow each other, whatever came and went before.
///
/// A bit for each number, above them a bit for each 64 that are not all 0, and so on.
final class FreeNumbers {

  static final int NONE = -1;

  private static final int SHIFT = 6;

  /// Enough for 2^30 numbers.
  private static final int LEVELS = 5;

  private final long[][] levels = new long[LEVELS][1];

  /// The first word of the numbers that is not 0, unless all are.
  private int first;

  void add(int number) {
    int word = number >>> SHIFT;
    first = levels[LEVELS - 1][0] == 0 ? word : Math.min(first, word);
    int at = number;
    for (int level = 0; level < LEVELS; level++) {
      word = at >>> SHIFT;
      long before = word(level, word);
      levels[level][word] = before | (1L << at);
      if (before != 0) {
        return;
      }
      at = word;
    }
  }

  private long word(int level, int word) {
    if (word >= levels[level].length) {
      levels[level] = Arrays.copyOf(levels[level], Math.max(2 * levels[level].length, word + 1));
    }
    return levels[level][word];
  }

  /// @return the lowest, which is free no more; `NONE` if there is none
  int take() {
    long word = levels[0][first];
    if (word == 0) {
      return NONE;
    }
    levels[0][first] = word & (word - 1);
    int number = (first << SHIFT) | Long.numberOfTrailingZeros(word);
    if (levels[0][first] == 0) {
      goOn();
    }
    return number;
  }

  /// The first word is 0 now: those above it hear of it, and say which is the next.
  private void goOn() {
    int at = first;
    for (int level = 1; level < LEVELS; level++) {
      int word = at >>> SHIFT;
      levels[level][word] &= ~(1L << at);
      if (levels[level][word] != 0) {
        break;
      }
      at = word;
    }
    if (levels[LEVELS - 1][0] == 0) {
      return;
    }
    int next = 0;
    for (int level = LEVELS - 1; level > 0; level--) {
      next = (next << SHIFT) | Long.numberOfTrailingZeros(levels[level][next]);
    }
    first = next;
  }

  long bytes() {
    long bytes = 0;
    for (long[] level : levels) {
      bytes += (long) level.length * Long.BYTES;
    }
    return bytes;
  }
}
