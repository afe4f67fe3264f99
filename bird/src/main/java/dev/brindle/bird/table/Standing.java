// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What the best path of a prefix and those as good as it were before a change whose effect cannot
/// be told from the change alone. Reused; holds copies.
final class Standing {

  private final PathStore store;
  private final Decision decision;
  private final int[] slots = new int[Decision.MAX_EQUALS];
  private final long[] equals = new long[Decision.MAX_EQUALS];
  private int count;
  private long best;

  Standing(PathStore store, Decision decision) {
    this.store = store;
    this.decision = decision;
  }

  void take(int prefix, long entry) {
    count = equals(prefix, entry);
    for (int i = 0; i < count; i++) {
      equals[i] = told(entry, slots[i]);
    }
    best = told(entry, EntryWord.best(entry));
  }

  /// What became of it.
  int change(int prefix, long entry) {
    if (best != told(entry, EntryWord.best(entry))) {
      return Change.BEST;
    }
    if (equals(prefix, entry) != count) {
      return Change.EQUALS;
    }
    for (int i = 0; i < count; i++) {
      if (equals[i] != told(entry, slots[i])) {
        return Change.EQUALS;
      }
    }
    return Change.PATHS;
  }

  private int equals(int prefix, long entry) {
    return decision.equals(
        prefix,
        store.paths(entry),
        store.from(entry),
        EntryWord.count(entry),
        EntryWord.best(entry),
        EntryWord.hasMed(entry),
        slots);
  }

  private long told(long entry, int slot) {
    return PathWord.told(store.path(entry, slot));
  }
}
