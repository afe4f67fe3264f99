// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// The paths of each prefix: one in place, several in a run. Knows where they are, not what they
/// mean. What it calls an entry is an `EntryWord`, and valid until the next change.
final class PathStore {

  private static final int FEWEST = 2;

  private final LongPages entries = new LongPages();
  private final PathRuns runs = new PathRuns();
  private final long[] single = new long[1];

  void reach(int limit) {
    entries.reach(limit);
  }

  int limit() {
    return entries.limit();
  }

  /// 0 for a prefix without paths.
  long entry(int prefix) {
    return prefix < entries.limit() ? entries.get(prefix) : 0;
  }

  void set(int prefix, long entry) {
    entries.set(prefix, entry);
  }

  /// Holds the paths of the entry from `from(entry)` on; to be read, and before the next change.
  long[] paths(long entry) {
    if (EntryWord.isRun(entry)) {
      return runs.page(EntryWord.place(entry));
    }
    single[0] = entry;
    return single;
  }

  int from(long entry) {
    return EntryWord.isRun(entry) ? runs.offset(EntryWord.place(entry)) : 0;
  }

  long path(long entry, int slot) {
    return paths(entry)[from(entry) + slot];
  }

  void replace(int prefix, int slot, long path) {
    long entry = entries.get(prefix);
    if (EntryWord.isRun(entry)) {
      runs.page(EntryWord.place(entry))[from(entry) + slot] = path;
    } else {
      entries.set(prefix, path);
    }
  }

  /// Gives back the entry with the path in its last slot, and the same best.
  long append(int prefix, long path) {
    long entry = entries.get(prefix);
    long longer = entry == 0 ? path : EntryWord.isRun(entry) ? more(prefix, entry) : run(prefix);
    if (EntryWord.isRun(longer)) {
      int count = EntryWord.count(longer);
      runs.page(EntryWord.place(longer))[from(longer) + count] = path;
      longer = EntryWord.withCount(longer, count + 1);
    }
    entries.set(prefix, longer);
    return longer;
  }

  private long run(int prefix) {
    int place = runs.take(prefix, FEWEST);
    runs.page(place)[runs.offset(place)] = entries.get(prefix);
    return EntryWord.of(place, 1, 0, false);
  }

  private long more(int prefix, long entry) {
    int count = EntryWord.count(entry);
    return count < runs.capacity(EntryWord.place(entry)) ? entry : moved(prefix, entry, count + 1);
  }

  /// Gives back the entry without the path: the last one has taken its slot, and if it was the best
  /// the caller says which is.
  long remove(int prefix, int slot) {
    long entry = entries.get(prefix);
    long shorter = EntryWord.isRun(entry) ? shortened(prefix, entry, slot) : 0;
    entries.set(prefix, shorter);
    return shorter;
  }

  private long shortened(int prefix, long entry, int slot) {
    int last = EntryWord.count(entry) - 1;
    int place = EntryWord.place(entry);
    long[] paths = runs.page(place);
    int from = runs.offset(place);
    paths[from + slot] = paths[from + last];
    if (last == 1) {
      long remaining = paths[from];
      free(place);
      return remaining;
    }
    int best = EntryWord.best(entry);
    int followed = best == slot ? 0 : best == last ? slot : best;
    long shorter = EntryWord.withBest(EntryWord.withCount(entry, last), followed);
    return last < runs.slackBelow(place) ? moved(prefix, shorter, last) : shorter;
  }

  /// To a run of fitting size.
  private long moved(int prefix, long entry, int capacity) {
    int old = EntryWord.place(entry);
    int place = runs.take(prefix, capacity);
    System.arraycopy(
        runs.page(old),
        runs.offset(old),
        runs.page(place),
        runs.offset(place),
        EntryWord.count(entry));
    free(old);
    return EntryWord.withPlace(entry, place);
  }

  private void free(int place) {
    int owner = runs.free(place);
    if (owner != PrefixIndex.NONE) {
      entries.set(owner, EntryWord.withPlace(entries.get(owner), place));
    }
  }

  long bytes() {
    return entries.bytes() + runs.bytes();
  }
}
