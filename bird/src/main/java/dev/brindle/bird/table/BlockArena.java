// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// Room for runs of bytes of all sizes, without an object for each. A page of 64 KiB holds runs of
/// one size; an empty page serves any size again, so that what the past needed costs nothing.
///
/// ```
/// address: | page (18 bits) | offset in units of 8 bytes (13) |
/// ```
///
/// A free run's first four bytes say where the next free one of its page is. A run that would take
/// more than half a page has a page of its own, as long as it.
final class BlockArena {

  private static final int NONE = -1;
  private static final int UNIT_BITS = 3;
  private static final int OFFSET_BITS = 13;
  private static final int UNITS = 1 << OFFSET_BITS;
  private static final int PAGE = UNITS << UNIT_BITS;
  private static final int MAX_PAGES = 1 << (Integer.SIZE - 1 - OFFSET_BITS);

  private static final byte[] NOTHING = new byte[0];

  private final int[] roomy = new int[RunSize.CLASSES];
  private final Spares<byte[]> spares = new Spares<>();

  private byte[][] pages = new byte[16][];
  private short[] sizes = new short[16];
  private int[] used = new int[16];
  private int[] fresh = new int[16];
  private int[] free = new int[16];
  private int[] next = new int[16];
  private int[] previous = new int[16];
  private int limit;
  private int unusedPage = NONE;
  private long bytes;

  BlockArena() {
    Arrays.fill(roomy, NONE);
  }

  /// @return the address, never negative
  int allocate(int size) {
    int units = (size + (1 << UNIT_BITS) - 1) >>> UNIT_BITS;
    int kind = RunSize.of(units);
    if (kind == RunSize.ALONE) {
      return open(kind, new byte[units << UNIT_BITS]) << OFFSET_BITS;
    }
    int page = roomy[kind];
    if (page == NONE) {
      byte[] spare = spares.take();
      page = open(kind, spare == null ? new byte[PAGE] : spare);
      link(page);
    }
    int unit = free[page];
    if (unit == NONE) {
      unit = fresh[page];
      fresh[page] += RunSize.units(kind);
    } else {
      free[page] = Words.get32(pages[page], unit << UNIT_BITS);
    }
    used[page]++;
    if (isFull(page)) {
      unlink(page);
    }
    return (page << OFFSET_BITS) | unit;
  }

  void free(int address) {
    int page = address >>> OFFSET_BITS;
    if (sizes[page] == RunSize.ALONE) {
      close(page);
      return;
    }
    boolean wasFull = isFull(page);
    if (--used[page] == 0) {
      if (!wasFull) {
        unlink(page);
      }
      close(page);
      return;
    }
    Words.put32(pages[page], at(address), free[page]);
    free[page] = address & (UNITS - 1);
    if (wasFull) {
      link(page);
    }
  }

  /// The array a run is in.
  byte[] array(int address) {
    return pages[address >>> OFFSET_BITS];
  }

  /// Where in its array a run begins.
  static int at(int address) {
    return (address & (UNITS - 1)) << UNIT_BITS;
  }

  /// All that is in use, and what is free in between.
  long bytes() {
    int perPage = Long.BYTES + Short.BYTES + 5 * Integer.BYTES;
    return bytes + (long) pages.length * perPage;
  }

  private boolean isFull(int page) {
    return free[page] == NONE && fresh[page] + RunSize.units(sizes[page]) > UNITS;
  }

  private int open(int kind, byte[] array) {
    int page = unusedPage;
    if (page == NONE) {
      page = limit++;
      ensure(page);
    } else {
      unusedPage = next[page];
    }
    pages[page] = array;
    sizes[page] = (short) kind;
    used[page] = 0;
    fresh[page] = 0;
    free[page] = NONE;
    bytes += array.length;
    return page;
  }

  private void close(int page) {
    byte[] array = pages[page];
    bytes -= array.length;
    if (array.length == PAGE) {
      spares.give(array);
    }
    pages[page] = NOTHING;
    next[page] = unusedPage;
    unusedPage = page;
  }

  private void link(int page) {
    int kind = sizes[page];
    int head = roomy[kind];
    next[page] = head;
    previous[page] = NONE;
    if (head != NONE) {
      previous[head] = page;
    }
    roomy[kind] = page;
  }

  private void unlink(int page) {
    int before = previous[page];
    int after = next[page];
    if (before == NONE) {
      roomy[sizes[page]] = after;
    } else {
      next[before] = after;
    }
    if (after != NONE) {
      previous[after] = before;
    }
  }

  private void ensure(int page) {
    if (page >= MAX_PAGES) {
      throw new IllegalStateException("attributes fill all %d pages".formatted(MAX_PAGES));
    }
    if (page < pages.length) {
      return;
    }
    int length = 2 * pages.length;
    pages = Arrays.copyOf(pages, length);
    sizes = Arrays.copyOf(sizes, length);
    used = Arrays.copyOf(used, length);
    fresh = Arrays.copyOf(fresh, length);
    free = Arrays.copyOf(free, length);
    next = Arrays.copyOf(next, length);
    previous = Arrays.copyOf(previous, length);
  }
}
