// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.bird.filter.RpkiState;
import dev.brindle.bird.table.PrefixIndex;
import java.util.Arrays;

/// The VRPs of one family.
///
/// ```
/// prefix ─> PrefixIndex ─> first[number] ─> entry: AS, maximum length, next entry of the prefix
/// ```
final class VrpLevels {

  /// VRPs of one prefix; the longest lists there are have some hundreds.
  static final int MOST_OF_PREFIX = 1024;

  private static final int END = -1;
  private static final int FREE = -2;

  private final boolean isIpv6;
  private final PrefixIndex index;
  private final int[] ofLength;
  private int[] first = new int[16];

  private int[] systems = new int[16];
  private int[] next = new int[16];
  private int[] prefixes = new int[16];
  private byte[] mostLengths = new byte[16];
  private byte[] turns = new byte[16];
  private int limit;
  private int freed = END;
  private int size;
  private byte turn;

  /// What became of an addition.
  enum Addition {
    NEW,
    KEPT,
    DUPLICATE
  }

  VrpLevels(boolean isIpv6, long seed) {
    this.isIpv6 = isIpv6;
    this.index = isIpv6 ? PrefixIndex.ipv6(seed) : PrefixIndex.ipv4(seed);
    this.ofLength = new int[isIpv6 ? 129 : 33];
  }

  int size() {
    return size;
  }

  int limit() {
    return limit;
  }

  long bytes() {
    return index.bytes() + 4L * first.length + 14L * systems.length;
  }

  // ---- judging

  /// @param as the origin; 0 fits nothing
  RpkiState state(long high, long low, int length, int as) {
    boolean isCovered = false;
    for (int level = 0; level <= length; level++) {
      if (ofLength[level] == 0) {
        continue;
      }
      int prefix = index.find(cutHigh(high, level), cutLow(low, level), level);
      if (prefix == PrefixIndex.NONE) {
        continue;
      }
      isCovered = true;
      for (int entry = first[prefix]; entry != END; entry = next[entry]) {
        if (as != 0 && systems[entry] == as && (mostLengths[entry] & 0xff) >= length) {
          return RpkiState.VALID;
        }
      }
    }
    return isCovered ? RpkiState.INVALID : RpkiState.NOT_FOUND;
  }

  private long cutHigh(long high, int length) {
    if (isIpv6) {
      return length == 0 ? 0 : high & (-1L << Math.max(0, 64 - length));
    }
    return length == 0 ? 0 : high & (0xffff_ffffL << (32 - length));
  }

  private static long cutLow(long low, int length) {
    return length <= 64 ? 0 : low & (-1L << (128 - length));
  }

  // ---- changing

  void beginReplacement() {
    turn++;
  }

  Addition add(long high, long low, int length, int maxLength, int as) {
    int prefix = index.find(high, low, length);
    int count = 0;
    if (prefix != PrefixIndex.NONE) {
      for (int entry = first[prefix]; entry != END; entry = next[entry]) {
        if (isThis(entry, maxLength, as)) {
          boolean isOld = turns[entry] != turn;
          turns[entry] = turn;
          return isOld ? Addition.KEPT : Addition.DUPLICATE;
        }
        count++;
      }
    }
    if (count >= MOST_OF_PREFIX) {
      throw new CacheErrorException(
          RtrError.INTERNAL_ERROR, "more than %d VRPs of one prefix".formatted(MOST_OF_PREFIX));
    }
    if (size >= VrpBatch.LIMIT) {
      throw new CacheErrorException(
          RtrError.INTERNAL_ERROR, "more than %,d VRPs of a family".formatted(VrpBatch.LIMIT));
    }
    insert(prefix == PrefixIndex.NONE ? begin(high, low, length) : prefix, maxLength, as);
    ofLength[length]++;
    return Addition.NEW;
  }

  private boolean isThis(int entry, int maxLength, int as) {
    return systems[entry] == as && (mostLengths[entry] & 0xff) == maxLength;
  }

  private int begin(long high, long low, int length) {
    int prefix = index.add(high, low, length);
    if (prefix >= first.length) {
      first = Arrays.copyOf(first, Math.max(2 * first.length, prefix + 1));
    }
    first[prefix] = END;
    return prefix;
  }

  private void insert(int prefix, int maxLength, int as) {
    int entry = freed;
    if (entry == END) {
      entry = limit++;
      reach(limit);
    } else {
      freed = next[entry];
    }
    systems[entry] = as;
    mostLengths[entry] = (byte) maxLength;
    turns[entry] = turn;
    prefixes[entry] = prefix;
    next[entry] = first[prefix];
    first[prefix] = entry;
    size++;
  }

  private void reach(int count) {
    if (count > systems.length) {
      int room = Math.max(count, systems.length + (systems.length >> 1));
      systems = Arrays.copyOf(systems, room);
      next = Arrays.copyOf(next, room);
      prefixes = Arrays.copyOf(prefixes, room);
      mostLengths = Arrays.copyOf(mostLengths, room);
      turns = Arrays.copyOf(turns, room);
    }
  }

  /// @return false if it is not there
  boolean remove(long high, long low, int length, int maxLength, int as) {
    int prefix = index.find(high, low, length);
    if (prefix == PrefixIndex.NONE) {
      return false;
    }
    for (int entry = first[prefix]; entry != END; entry = next[entry]) {
      if (isThis(entry, maxLength, as)) {
        remove(entry);
        return true;
      }
    }
    return false;
  }

  private void remove(int entry) {
    int prefix = prefixes[entry];
    int length = index.length(prefix);
    unlink(prefix, entry);
    ofLength[length]--;
    if (first[prefix] == END) {
      index.remove(prefix);
    }
    prefixes[entry] = FREE;
    next[entry] = freed;
    freed = entry;
    size--;
  }

  private void unlink(int prefix, int entry) {
    if (first[prefix] == entry) {
      first[prefix] = next[entry];
      return;
    }
    int before = first[prefix];
    while (next[before] != entry) {
      before = next[before];
    }
    next[before] = next[entry];
  }

  /// @return where to go on
  int sweep(int from, int most, VrpChanges changes) {
    int end = Math.min(limit, from + most);
    for (int entry = from; entry < end; entry++) {
      int prefix = prefixes[entry];
      if (prefix != FREE && turns[entry] != turn) {
        changes.add(isIpv6, index.high(prefix), index.length(prefix));
        remove(entry);
      }
    }
    return end;
  }
}
