// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// Which paths of a prefix are left after MED: of those with the lowest rank, the ones with the
/// lowest MED of their neighbour AS (RFC 4271 §9.1.2.2 c), all neighbours at once, so that no
/// order matters.
final class Survivors {

  private static final long MED_MASK = 0xffff_ffffL;

  private final BlockFacts facts;
  private int[] indexes = new int[16];
  private long[] meds = new long[16];
  private long[] sorted = new long[16];
  private int found;

  Survivors(BlockFacts facts) {
    this.facts = facts;
  }

  /// How many are left; `get` says which.
  int of(Decision decision, long[] paths, int from, int count) {
    int left = lowestRank(decision, paths, from, count);
    found = left == 1 ? 1 : lowestMeds(paths, from, left);
    return found;
  }

  /// An index as the caller counts, 0 being the path at `from`.
  int get(int number) {
    return indexes[number];
  }

  /// Whether the last call of `of` found this index.
  boolean has(int index) {
    for (int i = 0; i < found; i++) {
      if (indexes[i] == index) {
        return true;
      }
    }
    return false;
  }

  private int lowestRank(Decision decision, long[] paths, int from, int count) {
    if (indexes.length < count) {
      indexes = new int[2 * count];
      meds = new long[2 * count];
      sorted = new long[2 * count];
    }
    int left = 0;
    long lowest = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      long rank = decision.rank(paths[from + i]);
      if (rank < lowest) {
        left = 0;
        lowest = rank;
      }
      if (rank == lowest) {
        indexes[left++] = i;
      }
    }
    return left;
  }

  private int lowestMeds(long[] paths, int from, int count) {
    for (int i = 0; i < count; i++) {
      int block = PathWord.block(paths[from + indexes[i]]);
      meds[i] = ((long) facts.firstAs(block) << 32) | Integer.toUnsignedLong(facts.med(block));
    }
    System.arraycopy(meds, 0, sorted, 0, count);
    Arrays.sort(sorted, 0, count);
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (meds[i] == lowestOf(meds[i] & ~MED_MASK, count)) {
        indexes[left++] = indexes[i];
      }
    }
    return left;
  }

  /// The first not below `neighbour`, an AS with MED 0, which is there for the asker itself.
  private long lowestOf(long neighbour, int count) {
    int at = Arrays.binarySearch(sorted, 0, count, neighbour);
    return sorted[at >= 0 ? at : -at - 1];
  }
}
