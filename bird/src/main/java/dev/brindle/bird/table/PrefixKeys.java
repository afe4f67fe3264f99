// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// The prefixes of an index by number, and what is free in between. An IPv4 prefix is one long
/// (address, then 8 bits of length); an IPv6 prefix two, and a byte for the length.
final class PrefixKeys {

  private static final int LENGTH_BITS = 8;
  private static final long LENGTH_MASK = (1 << LENGTH_BITS) - 1;
  private static final long FREE = Long.MIN_VALUE;
  private static final byte FREE_LENGTH = -1;

  private final boolean isIpv6;
  private final long seed;
  private final long multiplier;
  private final LongPages firsts = new LongPages();
  private final LongPages seconds = new LongPages();
  private byte[] lengths = new byte[0];

  PrefixKeys(boolean isIpv6, long seed) {
    this.isIpv6 = isIpv6;
    this.seed = seed;
    multiplier = scramble(seed, 0xbf58476d1ce4e5b9L) | 1;
  }

  void reach(int limit) {
    firsts.reach(limit);
    if (isIpv6) {
      seconds.reach(limit);
      if (lengths.length < limit) {
        int more = lengths.length + (lengths.length >> 2);
        lengths = Arrays.copyOf(lengths, Math.max(firsts.limit(), more));
      }
    }
  }

  void set(int id, long high, long low, int length) {
    if (isIpv6) {
      firsts.set(id, high);
      seconds.set(id, low);
      lengths[id] = (byte) length;
    } else {
      firsts.set(id, word(high, length));
    }
  }

  boolean holds(int id, long high, long low, int length) {
    return isIpv6
        ? firsts.get(id) == high && seconds.get(id) == low && lengths[id] == (byte) length
        : firsts.get(id) == word(high, length);
  }

  /// The first of what is kept of it.
  long word(int id) {
    return firsts.get(id);
  }

  long high(int id) {
    return isIpv6 ? firsts.get(id) : firsts.get(id) >>> LENGTH_BITS;
  }

  long low(int id) {
    return isIpv6 ? seconds.get(id) : 0;
  }

  int length(int id) {
    return isIpv6 ? lengths[id] & 0xff : (int) (firsts.get(id) & LENGTH_MASK);
  }

  void free(int id) {
    if (isIpv6) {
      lengths[id] = FREE_LENGTH;
    } else {
      firsts.set(id, FREE);
    }
  }

  boolean isUsed(int id) {
    return isIpv6 ? lengths[id] != FREE_LENGTH : firsts.get(id) >= 0;
  }

  long hash(int id) {
    return hash(high(id), low(id), length(id));
  }

  /// Prefixes are regular, so every bit must reach every other. Peers choose them, so the way
  /// depends on the seed: else one could choose such that all fall into one place.
  long hash(long high, long low, int length) {
    long start = isIpv6 ? scramble(high ^ seed, multiplier) + low * multiplier : high ^ seed;
    return scramble(Long.rotateLeft(start, LENGTH_BITS) ^ length, multiplier);
  }

  private static long scramble(long value, long multiplier) {
    long mixed = (value ^ (value >>> 32)) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 29)) * multiplier;
    return mixed ^ (mixed >>> 32);
  }

  private static long word(long high, int length) {
    return (high << LENGTH_BITS) | length;
  }

  long bytes() {
    return firsts.bytes() + seconds.bytes() + lengths.length;
  }
}
