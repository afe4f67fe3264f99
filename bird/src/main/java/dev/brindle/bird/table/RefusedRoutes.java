// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;
import org.jspecify.annotations.Nullable;

/// Which routes of a peer are refused as it tells them now: so many are remembered that they can be
/// counted, and no more. Where nothing is refused it costs nothing. One owner.
final class RefusedRoutes {

  /// Of one family.
  static final int REMEMBERED = 1 << 16;

  private static final int FAMILIES = Family.values().length;

  private final AttributeBlocks blocks;
  private final long seed;
  private final @Nullable HeardRoutes[] families = new HeardRoutes[FAMILIES];
  private boolean hasMore;

  RefusedRoutes(AttributeBlocks blocks, long seed) {
    this.blocks = blocks;
    this.seed = seed;
  }

  /// @param block as it was told
  void put(int family, int pathId, long high, long low, int length, int block) {
    HeardRoutes routes = families[family];
    if (routes == null) {
      routes = new HeardRoutes(blocks, family == Family.IPV6_UNICAST.index(), seed);
      families[family] = routes;
    }
    if (routes.size() < REMEMBERED) {
      routes.put(pathId, high, low, length, block);
    } else {
      hasMore = true;
    }
  }

  /// It is taken, or told no more.
  void remove(int family, int pathId, long high, long low, int length) {
    HeardRoutes routes = families[family];
    if (routes != null) {
      routes.remove(pathId, high, low, length);
    }
  }

  void markStale(int family) {
    HeardRoutes routes = families[family];
    if (routes != null) {
      routes.markStale();
    }
  }

  void sweepStale(int family) {
    HeardRoutes routes = families[family];
    if (routes != null) {
      routes.sweepStale((_, _, _, _) -> {});
    }
  }

  void clear() {
    for (HeardRoutes routes : families) {
      if (routes != null) {
        routes.clear();
      }
    }
    hasMore = false;
  }

  int count() {
    int count = 0;
    for (HeardRoutes routes : families) {
      count += routes == null ? 0 : routes.size();
    }
    return count;
  }

  /// Whether there were more than are remembered.
  boolean hasMore() {
    return hasMore;
  }
}
