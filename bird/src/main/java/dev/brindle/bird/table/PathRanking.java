// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Puts paths of a prefix into the order in which they would be chosen if those before them were
/// not there. That is no order of two paths alone, for MED counts only between neighbours: so the
/// best is sought, then the best of the rest. Used again and again without garbage.
final class PathRanking {

  private final PathStore store;
  private final Decision decision;
  private long[] paths = new long[16];

  PathRanking(PathStore store, Decision decision) {
    this.store = store;
    this.decision = decision;
  }

  /// @param slots of paths that are there
  /// @param from the first slot to sort
  /// @param to behind the last
  /// @param wanted how many have to be in order
  void order(int prefix, int[] slots, int from, int to, int wanted) {
    int count = to - from;
    take(prefix, slots, from, count);
    boolean med = decision.hasMed(paths, 0, count);
    for (int i = 0; i < Math.min(wanted, count - 1); i++) {
      int best = i + decision.best(prefix, paths, i, count - i, med);
      long path = paths[best];
      int slot = slots[from + best];
      paths[best] = paths[i];
      slots[from + best] = slots[from + i];
      paths[i] = path;
      slots[from + i] = slot;
    }
  }

  private void take(int prefix, int[] slots, int from, int count) {
    if (paths.length < count) {
      paths = new long[2 * count];
    }
    long entry = store.entry(prefix);
    for (int i = 0; i < count; i++) {
      paths[i] = store.path(entry, slots[from + i]);
    }
  }
}
