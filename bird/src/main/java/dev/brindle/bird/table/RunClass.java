// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// All runs of one capacity, side by side without gaps: the place of one that goes is taken by the
/// last. So memory is what is in use, whatever came and went before. Pages of all classes are as
/// long, so that prefixes that get more paths, and pass from class to class, leave nothing behind.
///
/// ```
/// index: | page | number in the page (as many bits as it needs) |
/// ```
final class RunClass {

  /// How long the pages of runs up to this are.
  static final int PAGE = 1 << 13;

  private static final long[] NOTHING = new long[0];
  private static final int[] NO_OWNERS = new int[0];

  private final int capacity;
  private final int perPage;
  private final int shift;
  private final int mask;
  private final Spares<long[]> spares;
  private final Spares<int[]> spareOwners = new Spares<>();
  private long[][] pages = new long[0][];
  private int[][] owners = new int[0][];
  private int pageCount;

  /// The first index that is not in use.
  private int end;

  /// @param spares pages of `PAGE` words, of all classes
  RunClass(int capacity, Spares<long[]> spares) {
    this.capacity = capacity;
    this.spares = spares;
    perPage = Math.max(1, PAGE / capacity);
    shift = Integer.SIZE - Integer.numberOfLeadingZeros(perPage - 1);
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
    int index = end;
    if (index >>> shift == pageCount) {
      more();
    }
    owners[index >>> shift][index & mask] = owner;
    boolean isLastOfPage = (index & mask) == perPage - 1;
    end = isLastOfPage ? ((index >>> shift) + 1) << shift : index + 1;
    return index;
  }

  /// Gives back the owner of the run that now lives at `index`, `NONE` if none had to move.
  int free(int index) {
    boolean isFirstOfPage = (end & mask) == 0;
    int last = isFirstOfPage ? (((end >>> shift) - 1) << shift) + perPage - 1 : end - 1;
    end = last;
    int moved = index == last ? PrefixIndex.NONE : owners[last >>> shift][last & mask];
    if (index != last) {
      System.arraycopy(page(last), offset(last), page(index), offset(index), capacity);
      owners[index >>> shift][index & mask] = moved;
    }
    dropEmptyPages();
    return moved;
  }

  private void more() {
    if (pageCount == pages.length) {
      int room = Math.max(4, 2 * pages.length);
      pages = Arrays.copyOf(pages, room);
      owners = Arrays.copyOf(owners, room);
    }
    long[] spare = capacity > PAGE ? null : spares.take();
    int[] spareOwner = spareOwners.take();
    pages[pageCount] = spare == null ? new long[Math.max(PAGE, capacity)] : spare;
    owners[pageCount] = spareOwner == null ? new int[perPage] : spareOwner;
    pageCount++;
  }

  /// One stays, so that going to and fro at its border costs nothing.
  private void dropEmptyPages() {
    if (pageCount > (end >>> shift) + 2) {
      pageCount--;
      if (capacity <= PAGE) {
        spares.give(pages[pageCount]);
      }
      spareOwners.give(owners[pageCount]);
      pages[pageCount] = NOTHING;
      owners[pageCount] = NO_OWNERS;
    }
  }

  long bytes() {
    long page = (long) Math.max(PAGE, capacity) * Long.BYTES + (long) perPage * Integer.BYTES;
    return pageCount * page + 2L * pages.length * Integer.BYTES;
  }
}
