// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;

/// What one peer told, as it told it, of all families; or nothing, where nothing is kept. One
/// owner.
final class HeardFamilies {

  private static final HeardFamilies NOTHING = new HeardFamilies();

  private final HeardRoutes[] families;

  private HeardFamilies(HeardRoutes... families) {
    this.families = families;
  }

  /// Keeps nothing.
  static HeardFamilies nothing() {
    return NOTHING;
  }

  /// @param seed that no peer knows
  static HeardFamilies all(AttributeBlocks blocks, long seed) {
    Family[] families = Family.values();
    HeardRoutes[] heard = new HeardRoutes[families.length];
    for (Family family : families) {
      heard[family.index()] = new HeardRoutes(blocks, family == Family.IPV6_UNICAST, seed);
    }
    return new HeardFamilies(heard);
  }

  boolean keeps() {
    return families.length > 0;
  }

  /// Of one family, if anything is kept.
  HeardRoutes of(Family family) {
    return families[family.index()];
  }

  /// @param family its index
  /// @throws TableFullException if it is one too many
  void put(int family, int pathId, long high, long low, int length, int block) {
    if (keeps()) {
      families[family].put(pathId, high, low, length, block);
    }
  }

  /// @param family its index
  void remove(int family, int pathId, long high, long low, int length) {
    if (keeps()) {
      families[family].remove(pathId, high, low, length);
    }
  }

  void clear() {
    for (HeardRoutes family : families) {
      family.clear();
    }
  }

  int size() {
    int size = 0;
    for (HeardRoutes family : families) {
      size += family.size();
    }
    return size;
  }

  /// Whose attributes there are.
  ///
  /// @param isCounting first so, then not
  void share(AttributeShares shares, int source, boolean isCounting) {
    for (HeardRoutes family : families) {
      family.share(shares, source, isCounting);
    }
  }
}
