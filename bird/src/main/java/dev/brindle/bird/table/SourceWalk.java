// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Goes through the prefixes that one source has paths to, in order of their numbers, and looks
/// only at the stretches where it has been seen.
final class SourceWalk {

  private static final int NONE = PrefixIndex.NONE;
  private static final int STRETCH = 1 << SourceStretches.SHIFT;

  private final PathStore store;
  private final SourceStretches stretches;

  SourceWalk(PathStore store, SourceStretches stretches) {
    this.store = store;
    this.stretches = stretches;
  }

  /// Shows each prefix once. What is shown may change anything; what comes meanwhile may be shown
  /// or not.
  ///
  /// @param from a number of a prefix; 0 for all of them
  /// @param limit how many to show
  /// @param onlyStale those with a stale path of the source
  /// @return where to go on, `NONE` at the end
  int go(int source, int from, int limit, boolean onlyStale, PrefixVisitor visitor) {
    int left = limit;
    int stretch = stretches.next(source, from >>> SourceStretches.SHIFT);
    while (stretch != NONE) {
      int start = stretch << SourceStretches.SHIFT;
      int end = Math.min(start + STRETCH, store.limit());
      boolean isEmpty = from <= start;
      for (int prefix = Math.max(from, start); prefix < end; prefix++) {
        long entry = store.entry(prefix);
        if (hasPathOf(entry, source, false)) {
          isEmpty = false;
          if (!onlyStale || hasPathOf(entry, source, true)) {
            if (left-- == 0) {
              return prefix;
            }
            visitor.visit(prefix);
          }
        }
      }
      if (isEmpty) {
        stretches.clear(source, stretch);
      }
      stretch = stretches.next(source, stretch + 1);
    }
    return NONE;
  }

  private boolean hasPathOf(long entry, int source, boolean stale) {
    int count = EntryWord.count(entry);
    long[] all = store.paths(entry);
    int from = store.from(entry);
    for (int i = from; i < from + count; i++) {
      if (PathWord.isOf(all[i], source) && (PathWord.isStale(all[i]) || !stale)) {
        return true;
      }
    }
    return false;
  }
}
