// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;
import java.util.BitSet;

/// What one peer told, of one family, as it told it: kept only where it may have to be judged anew
/// without asking the peer (RFC 9324), or be shown to others. A route costs what its prefix costs
/// in `PrefixIndex`, and 20 octets. One owner.
///
/// ```
/// prefix ─> PrefixIndex ─> first[number] ─> route: path id, block, next route of the prefix
/// ```
final class HeardRoutes {

  /// Of one family; whoever tells more ends its session.
  static final int LIMIT = 1 << 21;

  private static final int END = -1;
  private static final int FREE = -1;

  private final AttributeBlocks blocks;
  private final PrefixIndex index;
  private int[] first = new int[16];

  private int[] prefixes = new int[16];
  private int[] pathIds = new int[16];
  private int[] heard = new int[16];
  private int[] next = new int[16];
  private final BitSet stale = new BitSet();
  private int limit;
  private int freed = END;
  private int size;

  /// Where a route goes.
  interface Gone {
    void gone(int pathId, long high, long low, int length);
  }

  HeardRoutes(AttributeBlocks blocks, boolean isIpv6, long seed) {
    this.blocks = blocks;
    this.index = new PrefixIndex(isIpv6, seed, LIMIT);
  }

  // ---- changing

  /// @throws TableFullException if it is one too many; then nothing has changed
  void put(int pathId, long high, long low, int length, int block) {
    int prefix = index.find(high, low, length);
    int route = prefix == PrefixIndex.NONE ? END : find(prefix, pathId);
    if (route == END) {
      route = insert(prefix == PrefixIndex.NONE ? begin(high, low, length) : prefix, pathId);
    } else {
      blocks.release(heard[route]);
    }
    blocks.retain(block);
    heard[route] = block;
    stale.clear(route);
  }

  private int find(int prefix, int pathId) {
    int route = first[prefix];
    while (route != END && pathIds[route] != pathId) {
      route = next[route];
    }
    return route;
  }

  private int begin(long high, long low, int length) {
    requireRoom();
    int prefix = index.add(high, low, length);
    if (prefix >= first.length) {
      first = Arrays.copyOf(first, Math.max(prefix + 1, first.length + (first.length >> 1)));
    }
    first[prefix] = END;
    return prefix;
  }

  private void requireRoom() {
    if (size == LIMIT) {
      throw new TableFullException("no room for more than %,d routes of a peer".formatted(LIMIT));
    }
  }

  private int insert(int prefix, int pathId) {
    requireRoom();
    int route = freed;
    if (route == END) {
      route = limit++;
      reach(limit);
    } else {
      freed = next[route];
    }
    prefixes[route] = prefix;
    pathIds[route] = pathId;
    next[route] = first[prefix];
    first[prefix] = route;
    size++;
    return route;
  }

  private void reach(int count) {
    if (count > heard.length) {
      int room = Math.max(count, heard.length + (heard.length >> 1));
      prefixes = Arrays.copyOf(prefixes, room);
      pathIds = Arrays.copyOf(pathIds, room);
      heard = Arrays.copyOf(heard, room);
      next = Arrays.copyOf(next, room);
    }
  }

  void remove(int pathId, long high, long low, int length) {
    int prefix = index.find(high, low, length);
    int route = prefix == PrefixIndex.NONE ? END : find(prefix, pathId);
    if (route != END) {
      remove(route);
    }
  }

  private void remove(int route) {
    int prefix = prefixes[route];
    if (first[prefix] == route) {
      first[prefix] = next[route];
    } else {
      int before = first[prefix];
      while (next[before] != route) {
        before = next[before];
      }
      next[before] = next[route];
    }
    if (first[prefix] == END) {
      index.remove(prefix);
    }
    blocks.release(heard[route]);
    prefixes[route] = FREE;
    stale.clear(route);
    next[route] = freed;
    freed = route;
    size--;
  }

  /// Forgets all of it.
  void clear() {
    for (int route = 0; route < limit; route++) {
      if (isUsed(route)) {
        remove(route);
      }
    }
  }

  /// All of it is to be told again (RFC 7313), or goes with `sweepStale`.
  void markStale() {
    for (int route = 0; route < limit; route++) {
      stale.set(route, isUsed(route));
    }
  }

  void sweepStale(Gone gone) {
    for (int route = stale.nextSetBit(0); route >= 0; route = stale.nextSetBit(route + 1)) {
      gone.gone(pathId(route), high(route), low(route), length(route));
      remove(route);
    }
  }

  // ---- looking

  void share(AttributeShares shares, int source, boolean isCounting) {
    for (int route = 0; route < limit; route++) {
      if (isUsed(route) && isCounting) {
        shares.count(block(route));
      } else if (isUsed(route)) {
        shares.share(source, block(route));
      }
    }
  }

  int size() {
    return size;
  }

  /// All numbers of routes are below it.
  int limit() {
    return limit;
  }

  boolean isUsed(int route) {
    return prefixes[route] != FREE;
  }

  int block(int route) {
    return heard[route];
  }

  int pathId(int route) {
    return pathIds[route];
  }

  long high(int route) {
    return index.high(prefixes[route]);
  }

  long low(int route) {
    return index.low(prefixes[route]);
  }

  int length(int route) {
    return index.length(prefixes[route]);
  }
}
