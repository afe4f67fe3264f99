// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// A long array that grows without being copied and without slack beyond a page.
final class LongPages {

  private static final int SHIFT = 12;
  private static final int PAGE = 1 << SHIFT;
  private static final int MASK = PAGE - 1;

  private long[][] pages = new long[0][];
  private int count;

  long get(int index) {
    return pages[index >>> SHIFT][index & MASK];
  }

  void set(int index, long value) {
    pages[index >>> SHIFT][index & MASK] = value;
  }

  /// All below it may be read and written.
  int limit() {
    return count << SHIFT;
  }

  /// Makes room; what is new is 0.
  void reach(int limit) {
    while (limit() < limit) {
      if (count == pages.length) {
        pages = Arrays.copyOf(pages, Math.max(16, 2 * count));
      }
      pages[count++] = new long[PAGE];
    }
  }

  long bytes() {
    return (long) limit() * Long.BYTES + (long) pages.length * Integer.BYTES;
  }
}
