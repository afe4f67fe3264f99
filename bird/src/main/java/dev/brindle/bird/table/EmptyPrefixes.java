// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.function.IntPredicate;

/// Prefixes that nobody has a path to any more, until their numbers can be given back: as long as
/// anybody was told of one, its number means something.
final class EmptyPrefixes {

  /// Numbers that are given back in one go.
  private static final int MOST = 10_000;

  /// And of these so many are looked for at a time.
  private static final int EXPECTED = 256;

  private final PrefixIndex index;
  private final PathTable paths;
  private final IntPredicate isNeeded;
  private final PrefixQueue empty = new PrefixQueue();
  private final int[] reclaimed = new int[EXPECTED];

  /// @param isNeeded whether somebody else still speaks of a number
  EmptyPrefixes(PrefixIndex index, PathTable paths, IntPredicate isNeeded) {
    this.index = index;
    this.paths = paths;
    this.isNeeded = isNeeded;
  }

  /// It has lost its last path, or has just been without one.
  void add(int prefix) {
    empty.add(prefix);
  }

  /// Some of them may have a path again.
  int size() {
    return empty.size();
  }

  /// Gives back what can be, of those who wait longest.
  void reclaim() {
    int count = Math.min(empty.size(), MOST);
    for (int i = 0; i < count; i += EXPECTED) {
      reclaim(Math.min(EXPECTED, count - i));
    }
  }

  private void reclaim(int count) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      int prefix = empty.take();
      if (paths.count(prefix) > 0 || !index.isUsed(prefix)) {
        continue;
      }
      if (isNeeded.test(prefix)) {
        empty.add(prefix);
      } else {
        reclaimed[found++] = prefix;
      }
    }
    index.expect(reclaimed, found);
    for (int i = 0; i < found; i++) {
      index.remove(reclaimed[i]);
    }
  }
}
