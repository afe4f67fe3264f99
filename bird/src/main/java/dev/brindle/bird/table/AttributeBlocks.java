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
/// BlockHashes: bytes ──> address ──┐
/// addresses: number ───> address ──┴─> BlockRecord, in a page of BlockArena
/// ```
public final class AttributeBlocks implements BlockFacts {

  public static final int NONE = -1;

  /// Longer sets are refused. More than any UPDATE can carry, AS numbers of two octets widened.
  public static final int MAX_LENGTH = BlockRecord.MAX_LENGTH;

  private static final int FIRST_NUMBERS = 1 << 10;

  private final BlockArena arena = new BlockArena();
  private final BlockHashes hashes = new BlockHashes(arena);
  private final FactScan facts = new FactScan();
  private final DecodedBlocks decoded = new DecodedBlocks();
  private final ByteHash hash;

  /// By number; of one not in use the next such, as -2 - number.
  private int[] addresses = new int[FIRST_NUMBERS];

  private int limit;
  private int unused = NONE;

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
    int address = hashes.find(hashed, source, from, length);
    if (address == BlockHashes.NONE) {
      return add(source, from, length, hashed);
    }
    byte[] page = arena.array(address);
    int at = BlockArena.at(address);
    BlockRecord.retain(page, at);
    return BlockRecord.number(page, at);
  }

  /// The attributes of these steps will soon be interned: all of them are looked for side by side.
  ///
  /// @param hashed is given theirs, from 0 on
  void expect(UpdateBatch batch, int from, int to, int[] hashed) {
    byte[] source = batch.attributes();
    long sum = 0;
    for (int step = from; step < to; step++) {
      int one = hash.of(source, batch.attributesFrom(step), batch.attributesLength(step));
      hashed[step - from] = one;
      sum += hashes.likely(one);
    }
    for (int step = from; step < to; step++) {
      int address = hashes.likely(hashed[step - from]);
      if (address != BlockHashes.NONE) {
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

  private int add(byte[] source, int from, int length, int hashed) {
    facts.read(source, from, length);
    int address = arena.allocate(BlockRecord.HEADER + length);
    int number = number(address);
    BlockRecord.write(
        arena.array(address), BlockArena.at(address), number, facts, source, from, length);
    hashes.add(hashed, address);
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

  @Override
  public void retain(int block) {
    int address = address(block);
    BlockRecord.retain(arena.array(address), BlockArena.at(address));
  }

  /// With the last reference the number means nothing any more, until it comes back.
  @Override
  public void release(int block) {
    int address = address(block);
    byte[] page = arena.array(address);
    int at = BlockArena.at(address);
    if (BlockRecord.release(page, at) > 0) {
      return;
    }
    int length = BlockRecord.length(page, at);
    hashes.remove(hash.of(page, at + BlockRecord.HEADER, length), address);
    arena.free(address);
    decoded.forget(block);
    addresses[block] = -2 - unused;
    unused = block;
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

  /// Unsigned; 100 if absent.
  @Override
  public int localPref(int block) {
    int address = address(block);
    return BlockRecord.localPref(arena.array(address), BlockArena.at(address));
  }

  /// Asked for more often than all else.
  @Override
  public long summary(int block) {
    int address = address(block);
    return BlockRecord.summary(arena.array(address), BlockArena.at(address));
  }

  /// Sets count as one, confederation segments as none.
  @Override
  public int asLength(int block) {
    int address = address(block);
    return BlockRecord.asLength(arena.array(address), BlockArena.at(address));
  }

  /// 0 IGP, 1 EGP, 2 INCOMPLETE.
  @Override
  public int origin(int block) {
    int address = address(block);
    return BlockRecord.origin(arena.array(address), BlockArena.at(address));
  }

  /// Unsigned; 0 if absent.
  @Override
  public int med(int block) {
    int address = address(block);
    return BlockRecord.med(arena.array(address), BlockArena.at(address));
  }

  /// Of `BlockFlags`.
  public int flags(int block) {
    int address = address(block);
    return BlockRecord.flags(arena.array(address), BlockArena.at(address));
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
    if ((flags(block) & BlockFlags.HAS_ORIGINATOR_ID) == 0) {
      return 0;
    }
    byte[] bytes = array(block);
    return Words.get32(bytes, AttributeWalk.value(bytes, find(block, Code.ORIGINATOR_ID)));
  }

  @Override
  public boolean isLastResort(int block) {
    return (flags(block) & BlockFlags.LLGR_STALE) != 0;
  }

  @Override
  public int clusterCount(int block) {
    if ((flags(block) & BlockFlags.HAS_CLUSTER_LIST) == 0) {
      return 0;
    }
    return AttributeWalk.length(array(block), find(block, Code.CLUSTER_LIST)) / Integer.BYTES;
  }

  /// Whether a cluster is in the list of those passed.
  public boolean hasCluster(int block, int cluster) {
    if ((flags(block) & BlockFlags.HAS_CLUSTER_LIST) == 0) {
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
    if ((flags(block) & BlockFlags.HAS_NEXT_HOP) == 0) {
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
    int address = address(block);
    return BlockRecord.length(arena.array(address), BlockArena.at(address));
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
    return BlockArena.at(address(block)) + BlockRecord.HEADER;
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
    return hashes.size();
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
    return arena.bytes() + hashes.bytes() + (long) addresses.length * Integer.BYTES;
  }
}
