// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Gives each prefix of a family a small number that other tables use as an index. The numbers
/// are dense; those of removed prefixes come back first, the lowest before all others.
///
/// An open-addressed table of ints, at most 60 % full, over the pages that hold the prefixes. A
/// slot is a number + 1 in as many bits as the table's size has, and above them bits of the
/// hash, so that hardly ever a wrong prefix is looked at. One owner.
public final class PrefixIndex {

  public static final int NONE = -1;

  /// No more prefixes than this.
  public static final int LIMIT = 1 << 26;

  private static final int SMALLEST = 64;
  private static final double FULL = 0.6;

  private final PrefixKeys keys;
  private final int room;
  private int[] slots = new int[SMALLEST];
  private int mask = SMALLEST - 1;
  private int most = (int) (SMALLEST * FULL);
  private int size;
  private int limit;
  private final FreeNumbers freed = new FreeNumbers();
  private long[] hashes = new long[SMALLEST];
  private int[] wanted = new int[SMALLEST];

  /// So that what is only looked at ahead of time is looked at.
  @SuppressWarnings("unused")
  private long seen;

  PrefixIndex(boolean isIpv6, long seed, int room) {
    keys = new PrefixKeys(isIpv6, seed);
    this.room = room;
  }

  public static PrefixIndex ipv4() {
    return ipv4(0);
  }

  public static PrefixIndex ipv6() {
    return ipv6(0);
  }

  /// @param seed not known to peers, so that none can choose prefixes that collide
  public static PrefixIndex ipv4(long seed) {
    return new PrefixIndex(false, seed, LIMIT);
  }

  /// @param seed not known to peers, so that none can choose prefixes that collide
  public static PrefixIndex ipv6(long seed) {
    return new PrefixIndex(true, seed, LIMIT);
  }

  /// The number of a prefix, `NONE` if it has none.
  ///
  /// @param high for IPv4 the address as an unsigned number, for IPv6 its upper half
  /// @param low for IPv4 0, for IPv6 the lower half
  /// @param length in bits; the bits beyond are zero
  public int find(long high, long low, int length) {
    return find(keys.hash(high, low, length), high, low, length);
  }

  private int find(long hash, long high, long low, int length) {
    int print = print(hash);
    for (int slot = (int) hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int content = slots[slot];
      if ((content & ~mask) == print && keys.holds(id(content), high, low, length)) {
        return id(content);
      }
    }
    return NONE;
  }

  /// The same for all prefixes of some steps at once. Who tells in the order of whoever told first
  /// tells numbers that follow each other: then only the first of a step is looked for, and the
  /// others are where one more than the last says. All that are looked for are so side
  /// by side: memory answers them together.
  ///
  /// @param from the first step; with those up to `to` all of one family
  /// @param numbers is given theirs, from 0 on
  void find(UpdateBatch batch, int from, int to, int[] numbers) {
    int first = batch.from(from);
    int count = batch.to(to - 1) - first;
    if (hashes.length < count) {
      hashes = new long[Math.max(count, 2 * hashes.length)];
      wanted = new int[hashes.length];
    }
    int heads = 0;
    for (int step = from; step < to; step++) {
      if (batch.from(step) < batch.to(step)) {
        wanted[heads++] = batch.from(step);
      }
    }
    findWanted(batch, heads, first, numbers);
    int left = 0;
    for (int step = from; step < to; step++) {
      int end = batch.to(step);
      for (int i = follow(batch, batch.from(step), end, first, numbers); i < end; i++) {
        wanted[left++] = i;
      }
    }
    findWanted(batch, left, first, numbers);
  }

  /// @param head of a step, whose number is known
  /// @return the first whose number does not follow
  private int follow(UpdateBatch batch, int head, int end, int first, int[] numbers) {
    int last = head < end ? numbers[head - first] : NONE;
    int next = Math.min(head + 1, end);
    while (next < end
        && last != NONE
        && last + 1 < limit
        && keys.holds(last + 1, batch.high(next), batch.low(next), batch.length(next))) {
      last++;
      numbers[next - first] = last;
      next++;
    }
    return next;
  }

  private void findWanted(UpdateBatch batch, int count, int first, int[] numbers) {
    for (int i = 0; i < count; i++) {
      int prefix = wanted[i];
      long hash = keys.hash(batch.high(prefix), batch.low(prefix), batch.length(prefix));
      hashes[i] = hash;
      numbers[prefix - first] = slots[(int) hash & mask];
    }
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int content = numbers[wanted[i] - first];
      boolean isLikely = content != 0 && (content & ~mask) == print(hashes[i]);
      sum += isLikely ? keys.word(id(content)) : 0;
    }
    seen = sum;
    for (int i = 0; i < count; i++) {
      int prefix = wanted[i];
      numbers[prefix - first] =
          find(hashes[i], batch.high(prefix), batch.low(prefix), batch.length(prefix));
    }
  }

  /// What follows asks where these are; each is in use.
  void expect(int[] ids, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += slots[(int) keys.hash(ids[i]) & mask];
    }
    seen = sum;
  }

  /// The number of a prefix, a new one if it has none.
  ///
  /// @throws TableFullException if all numbers are taken
  public int add(long high, long low, int length) {
    int found = find(high, low, length);
    return found == NONE ? insert(high, low, length) : found;
  }

  private int insert(long high, long low, int length) {
    if (size == room) {
      throw new TableFullException("no room for more than %,d prefixes".formatted(room));
    }
    if (size == most) {
      grow();
    }
    int id = freed.take();
    if (id == NONE) {
      keys.reach(limit + 1);
      id = limit++;
    }
    keys.set(id, high, low, length);
    size++;
    place(id, keys.hash(high, low, length));
    return id;
  }

  private void place(int id, long hash) {
    int slot = (int) hash & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = print(hash) | (id + 1);
  }

  private void grow() {
    slots = new int[2 * slots.length];
    mask = slots.length - 1;
    most = (int) (slots.length * FULL);
    for (int id = 0; id < limit; id++) {
      if (keys.isUsed(id)) {
        place(id, keys.hash(id));
      }
    }
  }

  /// Frees the number, which must be in use, for another prefix. The caller knows that no table has
  /// anything under it any more.
  public void remove(int id) {
    if (!isUsed(id)) {
      throw new IllegalArgumentException("no prefix has the number " + id);
    }
    close(slotOf(id));
    keys.free(id);
    freed.add(id);
    size--;
  }

  private int slotOf(int id) {
    int slot = (int) keys.hash(id) & mask;
    while (id(slots[slot]) != id) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /// Moves up what would no longer be found beyond an empty slot.
  private void close(int emptied) {
    int hole = emptied;
    for (int slot = (hole + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int home = (int) keys.hash(id(slots[slot])) & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  private int id(int content) {
    return (content & mask) - 1;
  }

  private int print(long hash) {
    return (int) (hash >>> 32) & ~mask;
  }

  public long high(int id) {
    return keys.high(id);
  }

  public long low(int id) {
    return keys.low(id);
  }

  public int length(int id) {
    return keys.length(id);
  }

  public boolean isUsed(int id) {
    return id >= 0 && id < limit && keys.isUsed(id);
  }

  /// How many prefixes there are.
  public int size() {
    return size;
  }

  /// All numbers are below it.
  public int limit() {
    return limit;
  }

  /// What all of it takes in memory.
  public long bytes() {
    return keys.bytes() + freed.bytes() + (long) slots.length * Integer.BYTES;
  }
}
