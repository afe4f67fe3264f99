// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// All runs of one capacity, side by side without gaps: the place of one that goes is taken by the
/// last. So memory is what is in use, whatever came and went before.
final class RunClass {

  private static final int PAGE = 1 << 13;
  private static final long[] NOTHING = new long[0];
  private static final int[] NO_OWNERS = new int[0];

  private final int capacity;
  private final int shift;
  private final int mask;
  private long[][] pages = new long[0][];
  private int[][] owners = new int[0][];
  private int pageCount;
  private int used;

  RunClass(int capacity) {
    this.capacity = capacity;
    shift = 31 - Integer.numberOfLeadingZeros(Math.max(1, PAGE / capacity));
    mask = (1 << shift) - 1;
  }

  int capacity() {
    return capacity;
  }

  long[] page(int index) {
    return pages[index >>> shift];
  }

  int offset(int index) {
    return (index & mask) * capacity;
  }

  /// The index of a run for a prefix, with anything in it.
  int take(int owner) {
    int index = used;
    if (index >>> shift == pageCount) {
      more();
    }
    owners[index >>> shift][index & mask] = owner;
    used++;
    return index;
  }

  /// Gives back the owner of the run that now lives at `index`, `NONE` if none had to move.
  int free(int index) {
    int last = --used;
    dropEmptyPages();
    if (index == last) {
      return PrefixIndex.NONE;
    }
    System.arraycopy(page(last), offset(last), page(index), offset(index), capacity);
    int moved = owners[last >>> shift][last & mask];
    owners[index >>> shift][index & mask] = moved;
    return moved;
  }

  private void more() {
    if (pageCount == pages.length) {
      int room = Math.max(4, 2 * pages.length);
      pages = Arrays.copyOf(pages, room);
      owners = Arrays.copyOf(owners, room);
    }
    pages[pageCount] = new long[capacity << shift];
    owners[pageCount] = new int[1 << shift];
    pageCount++;
  }

  /// One stays, so that going to and fro at its border costs nothing.
  private void dropEmptyPages() {
    if (pageCount > (used >>> shift) + 2) {
      pageCount--;
      pages[pageCount] = NOTHING;
      owners[pageCount] = NO_OWNERS;
    }
  }

  long bytes() {
    long run = (long) capacity * Long.BYTES + Integer.BYTES;
    return ((long) pageCount << shift) * run + 2L * pages.length * Integer.BYTES;
  }
}
