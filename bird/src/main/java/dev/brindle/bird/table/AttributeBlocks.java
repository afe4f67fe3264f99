// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Arrays;
import java.util.Objects;

/// Sets of attributes, each kept once: equal canonical bytes (`CanonicalForm`) have one number.
/// Numbers are dense and come back when the last reference is gone, and so do the bytes.
///
/// One owner, not thread-safe. Nothing is allocated for a set but its share of a page.
///
/// ```
/// table                  record
/// | hash | address | ──> | references | number | LOCAL_PREF | MED | sizes | flags | bytes ... |
///                          ^
/// addresses[number] ───────┘
/// ```
public final class AttributeBlocks implements BlockFacts {

  public static final int NONE = -1;

  /// Longer sets are refused. More than any UPDATE can carry, AS numbers of two octets widened.
  public static final int MAX_LENGTH = (1 << 18) - 1;

  // well-known communities: what `flags` says
  public static final int NO_EXPORT = 1;
  public static final int NO_ADVERTISE = 1 << 1;
  public static final int NO_EXPORT_SUBCONFED = 1 << 2;
  public static final int NO_PEER = 1 << 3;
  public static final int LLGR_STALE = 1 << 4;
  public static final int NO_LLGR = 1 << 5;
  public static final int BLACKHOLE = 1 << 6;
  public static final int GRACEFUL_SHUTDOWN = 1 << 7;
  public static final int ACCEPT_OWN = 1 << 8;

  // attributes that are there
  public static final int HAS_OTC = 1 << 9;
  public static final int HAS_LOCAL_PREF = 1 << 10;
  public static final int HAS_MED = 1 << 11;
  public static final int HAS_ORIGINATOR_ID = 1 << 12;
  public static final int HAS_CLUSTER_LIST = 1 << 13;

  /// A path of our own may have none.
  public static final int HAS_NEXT_HOP = 1 << 14;

  private static final int REFERENCES = 0;
  private static final int NUMBER = 4;
  private static final int LOCAL_PREF = 8;
  private static final int MED = 12;
  private static final int SIZES = 16;
  private static final int FLAGS = 20;
  static final int HEADER = 24;

  private static final int AS_LENGTH_BITS = 14;
  private static final int AS_LENGTH_MASK = (1 << AS_LENGTH_BITS) - 1;
  private static final int FLAGS_MASK = (1 << FactScan.ORIGIN_SHIFT) - 1;

  private static final int FIRST_TABLE = 1 << 10;
  private static final long EMPTY = 0;

  private final BlockArena arena = new BlockArena();
  private final FactScan facts = new FactScan();
  private final DecodedBlocks decoded = new DecodedBlocks();
  private final ByteHash hash;

  /// Hash in the upper half, address + 1 in the lower; open addressing with linear probing.
  private long[] table = new long[FIRST_TABLE];

  /// By number; of one not in use the next such, as -2 - number.
  private int[] addresses = new int[FIRST_TABLE];

  private int limit;
  private int unused = NONE;
  private int size;

  /// So that what is only looked at ahead of time is looked at.
  @SuppressWarnings("unused")
  private long seen;

  public AttributeBlocks() {
    this(0);
  }

  /// @param seed makes it impossible for peers to choose attributes that collide; any value
  public AttributeBlocks(long seed) {
    hash = new ByteHash(seed);
  }

  /// Takes one reference. The bytes are copied.
  ///
  /// @param source canonical bytes; anything else gives wrong answers later
  /// @throws IllegalArgumentException if they are more than `MAX_LENGTH`
  public int intern(byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    return intern(source, from, length, hash.of(source, from, length));
  }

  /// @param hashed as `expect` said
  int intern(byte[] source, int from, int length, int hashed) {
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "attributes of %d octets, more than %d".formatted(length, MAX_LENGTH));
    }
    long[] entries = table;
    int mask = entries.length - 1;
    for (int slot = hashed & mask; ; slot = (slot + 1) & mask) {
      long entry = entries[slot];
      if (entry == EMPTY) {
        return add(source, from, length, hashed, slot);
      }
      if ((int) (entry >>> Integer.SIZE) == hashed) {
        byte[] array = arena.array((int) entry - 1);
        int at = BlockArena.at((int) entry - 1);
        if (isSame(array, at, source, from, length)) {
          Words.put32(array, at + REFERENCES, Words.get32(array, at + REFERENCES) + 1);
          return Words.get32(array, at + NUMBER);
        }
      }
    }
  }

  /// The attributes of these steps will soon be interned: all of them are looked for side by side.
  ///
  /// @param hashes is given theirs, from 0 on
  void expect(UpdateBatch batch, int from, int to, int[] hashes) {
    byte[] source = batch.attributes();
    long[] entries = table;
    int mask = entries.length - 1;
    long sum = 0;
    for (int step = from; step < to; step++) {
      int hashed = hash.of(source, batch.attributesFrom(step), batch.attributesLength(step));
      hashes[step - from] = hashed;
      sum += entries[hashed & mask];
    }
    for (int step = from; step < to; step++) {
      long entry = entries[hashes[step - from] & mask];
      if (entry != EMPTY) {
        int address = (int) entry - 1;
        sum += arena.array(address)[BlockArena.at(address)];
      }
    }
    seen = sum;
  }

  @Override
  public void expect(long[] paths, int count) {
    for (int i = 0; i < count; i++) {
      paths[i] = paths[i] == 0 ? NONE : addresses[PathWord.block(paths[i])];
    }
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int address = (int) paths[i];
      sum += address < 0 ? 0 : arena.array(address)[BlockArena.at(address)];
    }
    seen = sum;
  }

  private static boolean isSame(byte[] array, int at, byte[] source, int from, int length) {
    int begin = at + HEADER;
    return Words.get32(array, at + SIZES) >>> AS_LENGTH_BITS == length
        && Arrays.equals(array, begin, begin + length, source, from, from + length);
  }

  private int add(byte[] source, int from, int length, int hashed, int slot) {
    facts.read(source, from, length);
    int address = arena.allocate(HEADER + length);
    byte[] array = arena.array(address);
    int at = BlockArena.at(address);
    int number = number(address);
    Words.put32(array, at + REFERENCES, 1);
    Words.put32(array, at + NUMBER, number);
    Words.put32(array, at + LOCAL_PREF, facts.localPref());
    Words.put32(array, at + MED, facts.med());
    Words.put32(array, at + SIZES, (length << AS_LENGTH_BITS) | facts.asLength());
    Words.put32(array, at + FLAGS, facts.flags());
    System.arraycopy(source, from, array, at + HEADER, length);
    table[slot] = ((long) hashed << Integer.SIZE) | (address + 1);
    size++;
    if (size > table.length / 3 * 2) {
      grow();
    }
    return number;
  }

  private int number(int address) {
    int number = unused;
    if (number == NONE) {
      number = limit++;
      if (number == addresses.length) {
        addresses = Arrays.copyOf(addresses, number + number / 2);
      }
    } else {
      unused = -2 - addresses[number];
    }
    addresses[number] = address;
    return number;
  }

  private void grow() {
    long[] larger = new long[2 * table.length];
    int mask = larger.length - 1;
    for (long entry : table) {
      if (entry != EMPTY) {
        int slot = (int) (entry >>> Integer.SIZE) & mask;
        while (larger[slot] != EMPTY) {
          slot = (slot + 1) & mask;
        }
        larger[slot] = entry;
      }
    }
    table = larger;
  }

  @Override
  public void retain(int block) {
    int address = address(block);
    byte[] array = arena.array(address);
    int at = BlockArena.at(address) + REFERENCES;
    Words.put32(array, at, Words.get32(array, at) + 1);
  }

  /// With the last reference the number means nothing any more, until it comes back.
  @Override
  public void release(int block) {
    int address = address(block);
    byte[] array = arena.array(address);
    int at = BlockArena.at(address);
    int left = Words.get32(array, at + REFERENCES) - 1;
    if (left > 0) {
      Words.put32(array, at + REFERENCES, left);
      return;
    }
    int length = Words.get32(array, at + SIZES) >>> AS_LENGTH_BITS;
    unlist(hash.of(array, at + HEADER, length), address);
    arena.free(address);
    decoded.forget(block);
    addresses[block] = -2 - unused;
    unused = block;
    size--;
  }

  /// Entries behind the gap move up, so that a search may stop at the first empty slot.
  private void unlist(int hashed, int address) {
    int mask = table.length - 1;
    int gap = hashed & mask;
    while ((int) table[gap] != address + 1) {
      gap = (gap + 1) & mask;
    }
    for (int slot = (gap + 1) & mask; table[slot] != EMPTY; slot = (slot + 1) & mask) {
      int home = (int) (table[slot] >>> Integer.SIZE) & mask;
      if (((slot - home) & mask) >= ((slot - gap) & mask)) {
        table[gap] = table[slot];
        gap = slot;
      }
    }
    table[gap] = EMPTY;
  }

  /// @throws IllegalArgumentException if there is no such block
  private int address(int block) {
    int address = block >= 0 && block < limit ? addresses[block] : NONE;
    if (address < 0) {
      throw new IllegalArgumentException("block %d of %d is not in use".formatted(block, limit));
    }
    return address;
  }

  // ---- facts

  private int word(int block, int field) {
    int address = address(block);
    return Words.get32(arena.array(address), BlockArena.at(address) + field);
  }

  /// Unsigned; 100 if absent.
  @Override
  public int localPref(int block) {
    return word(block, LOCAL_PREF);
  }

  /// LOCAL_PREF, length of AS_PATH and ORIGIN as one number, lower for better.
  ///
  /// ```
  /// | 0 (14) | complement of LOCAL_PREF (32) | AS_PATH length (16) | ORIGIN (2) |
  /// ```
  public long rank(int block) {
    int address = address(block);
    byte[] array = arena.array(address);
    int at = BlockArena.at(address);
    long localPref = Integer.toUnsignedLong(~Words.get32(array, at + LOCAL_PREF));
    int asLength = Words.get32(array, at + SIZES) & AS_LENGTH_MASK;
    int origin = Words.get32(array, at + FLAGS) >>> FactScan.ORIGIN_SHIFT;
    return (localPref << 18) | (asLength << 2) | origin;
  }

  /// Read at one place: it is asked for more often than all else.
  @Override
  public long summary(int block) {
    int address = address(block);
    byte[] array = arena.array(address);
    int at = BlockArena.at(address);
    int flags = Words.get32(array, at + FLAGS);
    long summary =
        Summary.of(
            Words.get32(array, at + LOCAL_PREF),
            Words.get32(array, at + SIZES) & AS_LENGTH_MASK,
            flags >>> FactScan.ORIGIN_SHIFT,
            Words.get32(array, at + MED) != 0,
            (flags & HAS_ORIGINATOR_ID) != 0,
            (flags & HAS_CLUSTER_LIST) != 0);
    return (flags & LLGR_STALE) != 0 ? Summary.lastResort(summary) : summary;
  }

  public boolean hasLocalPref(int block) {
    return (word(block, FLAGS) & HAS_LOCAL_PREF) != 0;
  }

  /// Sets count as one, confederation segments as none.
  @Override
  public int asLength(int block) {
    return word(block, SIZES) & AS_LENGTH_MASK;
  }

  /// 0 IGP, 1 EGP, 2 INCOMPLETE.
  @Override
  public int origin(int block) {
    return word(block, FLAGS) >>> FactScan.ORIGIN_SHIFT;
  }

  /// Unsigned; 0 if absent.
  @Override
  public int med(int block) {
    return word(block, MED);
  }

  public boolean hasMed(int block) {
    return (word(block, FLAGS) & HAS_MED) != 0;
  }

  /// `NO_EXPORT` to `HAS_NEXT_HOP`.
  public int flags(int block) {
    return word(block, FLAGS) & FLAGS_MASK;
  }

  /// The neighbour the path came from, unsigned; 0 if the path does not begin with a sequence, but
  /// for what it has of a confederation.
  @Override
  public int firstAs(int block) {
    int path = find(block, Code.AS_PATH);
    return path == NONE ? 0 : AsSegment.first(array(block), path);
  }

  /// 0 if absent.
  @Override
  public int originatorId(int block) {
    if ((word(block, FLAGS) & HAS_ORIGINATOR_ID) == 0) {
      return 0;
    }
    byte[] bytes = array(block);
    return Words.get32(bytes, AttributeWalk.value(bytes, find(block, Code.ORIGINATOR_ID)));
  }

  @Override
  public boolean isLastResort(int block) {
    return (flags(block) & LLGR_STALE) != 0;
  }

  @Override
  public int clusterCount(int block) {
    if ((word(block, FLAGS) & HAS_CLUSTER_LIST) == 0) {
      return 0;
    }
    return AttributeWalk.length(array(block), find(block, Code.CLUSTER_LIST)) / Integer.BYTES;
  }

  /// Whether a cluster is in the list of those passed.
  public boolean hasCluster(int block, int cluster) {
    if ((word(block, FLAGS) & HAS_CLUSTER_LIST) == 0) {
      return false;
    }
    byte[] bytes = array(block);
    int list = find(block, Code.CLUSTER_LIST);
    int end = AttributeWalk.next(bytes, list);
    for (int at = AttributeWalk.value(bytes, list); at < end; at += Integer.BYTES) {
      if (Words.get32(bytes, at) == cluster) {
        return true;
      }
    }
    return false;
  }

  /// Whether an AS, unsigned, is anywhere in the path.
  public boolean hasAs(int block, int as) {
    return occurrences(block, as) > 0;
  }

  /// How often an AS, unsigned, is in the path.
  public int occurrences(int block, int as) {
    int path = find(block, Code.AS_PATH);
    return path == NONE ? 0 : AsSegment.occurrences(array(block), path, as);
  }

  /// How often an AS, unsigned, is in the segments of confederations.
  public int occurrencesInConfederation(int block, int as) {
    int path = find(block, Code.AS_PATH);
    return path == NONE ? 0 : AsSegment.occurrencesInConfederation(array(block), path, as);
  }

  /// @throws IllegalArgumentException if it has none
  public NextHop nextHop(int block) {
    if ((word(block, FLAGS) & HAS_NEXT_HOP) == 0) {
      throw new IllegalArgumentException("block %d has no next hop".formatted(block));
    }
    return CanonicalForm.nextHop(array(block), begin(block));
  }

  /// Decoded, unless that was done a moment ago.
  public PathAttributes attributes(int block) {
    PathAttributes known = decoded.find(block);
    if (known == null) {
      known = CanonicalForm.attributes(array(block), begin(block), length(block));
      decoded.keep(block, length(block), known);
    }
    return known;
  }

  // ---- bytes

  public int length(int block) {
    return word(block, SIZES) >>> AS_LENGTH_BITS;
  }

  public void copy(int block, byte[] to, int at) {
    System.arraycopy(array(block), begin(block), to, at, length(block));
  }

  /// Good until the next call that changes anything.
  byte[] array(int block) {
    return arena.array(address(block));
  }

  /// Where in `array` the canonical bytes begin.
  int begin(int block) {
    return BlockArena.at(address(block)) + HEADER;
  }

  /// Where in `array` an attribute begins, or `NONE`.
  int find(int block, int code) {
    int begin = begin(block);
    return AttributeWalk.find(array(block), begin, begin + length(block), code);
  }

  // ---- all of them

  public boolean isUsed(int block) {
    return block >= 0 && block < limit && addresses[block] >= 0;
  }

  /// How many there are.
  public int size() {
    return size;
  }

  /// All numbers are below.
  public int limit() {
    return limit;
  }

  /// What the sets themselves take.
  long octets() {
    return arena.bytes();
  }

  /// The memory all this holds.
  public long bytes() {
    return arena.bytes()
        + (long) table.length * Long.BYTES
        + (long) addresses.length * Integer.BYTES;
  }
}
