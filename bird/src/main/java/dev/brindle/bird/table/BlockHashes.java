// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Where in a `BlockArena` a set of attributes is, by the hash of its bytes: an open-addressed
/// table with linear probing, at most two thirds full.
///
/// ```
/// slot: | hash (32) | address + 1 (32) |, 0 if empty
/// ```
final class BlockHashes {

  static final int NONE = -1;

  private static final int SMALLEST = 1 << 10;
  private static final long EMPTY = 0;

  private final BlockArena arena;
  private long[] slots = new long[SMALLEST];
  private int size;

  BlockHashes(BlockArena arena) {
    this.arena = arena;
  }

  /// @return where its record is, or `NONE`
  int find(int hash, byte[] source, int from, int length) {
    long[] all = slots;
    int mask = all.length - 1;
    for (int slot = hash & mask; ; slot = (slot + 1) & mask) {
      long entry = all[slot];
      if (entry == EMPTY) {
        return NONE;
      }
      if (hash(entry) == hash) {
        int address = address(entry);
        byte[] page = arena.array(address);
        if (BlockRecord.holds(page, BlockArena.at(address), source, from, length)) {
          return address;
        }
      }
    }
  }

  /// Where a search would look first, `NONE` if nowhere: so that what is there is in the caches
  /// when it is searched.
  int likely(int hash) {
    return address(slots[hash & (slots.length - 1)]);
  }

  /// A set that was not there.
  void add(int hash, int address) {
    place(slots, entry(hash, address));
    size++;
    if (size > slots.length / 3 * 2) {
      grow();
    }
  }

  private static void place(long[] to, long entry) {
    int mask = to.length - 1;
    int slot = hash(entry) & mask;
    while (to[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    to[slot] = entry;
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (long entry : slots) {
      if (entry != EMPTY) {
        place(larger, entry);
      }
    }
    slots = larger;
  }

  /// Entries behind the gap move up, so that a search may stop at the first empty slot.
  ///
  /// @param address of a set that is there
  void remove(int hash, int address) {
    int mask = slots.length - 1;
    int gap = hash & mask;
    while (address(slots[gap]) != address) {
      gap = (gap + 1) & mask;
    }
    for (int slot = (gap + 1) & mask; slots[slot] != EMPTY; slot = (slot + 1) & mask) {
      int home = hash(slots[slot]) & mask;
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        slots[gap] = slots[slot];
        gap = slot;
      }
    }
    slots[gap] = EMPTY;
    size--;
  }

  private static long entry(int hash, int address) {
    return ((long) hash << Integer.SIZE) | (address + 1);
  }

  private static int hash(long entry) {
    return (int) (entry >>> Integer.SIZE);
  }

  private static int address(long entry) {
    return (int) entry - 1;
  }

  /// How many sets there are.
  int size() {
    return size;
  }

  long bytes() {
    return (long) slots.length * Long.BYTES;
  }
}
