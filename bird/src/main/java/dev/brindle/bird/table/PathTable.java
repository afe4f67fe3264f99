// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Choice.Rule;
import java.util.Arrays;
import java.util.Objects;

/// All accepted paths of a family by prefix, and for each prefix the best, kept up to date with
/// each change. The prefixes, attribute sets and sources are numbers of the index, the blocks
/// and the sources it was given.
///
/// The paths of a prefix are in slots, 0 to `count`, in no order that means anything; a slot is
/// valid until the prefix changes. A changed path is `Change.NONE` to `Change.BEST`. A call that
/// ends in a `TableFullException` has changed nothing. One owner, not thread-safe; nothing is
/// allocated but for growth.
public final class PathTable {

  public static final int NONE = -1;

  private final PrefixIndex prefixes;
  private final BlockFacts blocks;
  private final Sources sources;
  private final PathIds ids = new PathIds();
  private final PathStore store = new PathStore();
  private final SourceStretches stretches = new SourceStretches();
  private final Decision decision;
  private final Standing standing;

  private int[] pathsOf = new int[16];
  private int[] staleOf = new int[16];
  private int paths;

  public PathTable(PrefixIndex prefixes, BlockFacts blocks, Sources sources) {
    this.prefixes = prefixes;
    this.blocks = blocks;
    this.sources = sources;
    decision = new Decision(blocks, sources, ids);
    standing = new Standing(store, decision);
  }

  /// Sets or replaces a path; it is fresh from now on. Takes a reference on the block if it
  /// keeps it, and gives back that of the block it replaces.
  ///
  /// @param pathId of add-path, unsigned; 0 for sessions without
  /// @param elevated before all that is not, whatever BGP says; our own paths are so anyway
  /// @throws TableFullException if there is no room for the path
  public int put(int prefix, int source, int pathId, int block, boolean elevated) {
    check(prefix, source, block);
    store.reach(prefix + 1);
    long entry = store.entry(prefix);
    int slot = find(prefix, entry, source, pathId);
    if (slot == NONE) {
      return add(prefix, entry, newPath(entry, source, pathId, block, elevated), pathId);
    }
    int tag = PathWord.tag(store.path(entry, slot));
    return replace(prefix, entry, slot, PathWord.of(source, tag, block, elevated));
  }

  private void check(int prefix, int source, int block) {
    if (!prefixes.isUsed(prefix)) {
      throw new IllegalArgumentException("no prefix has the number " + prefix);
    }
    if (!sources.isUsed(source)) {
      throw new IllegalArgumentException("no source has the number " + source);
    }
    if (block < 0) {
      throw new IllegalArgumentException("no attribute set has the number " + block);
    }
    if (block > PathWord.MAX_BLOCK) {
      throw new TableFullException(
          "no room for more than %,d attribute sets".formatted(PathWord.MAX_BLOCK + 1));
    }
  }

  private int find(int prefix, long entry, int source, int pathId) {
    int count = EntryWord.count(entry);
    long[] all = store.paths(entry);
    int from = store.from(entry);
    for (int i = 0; i < count; i++) {
      if (PathWord.isOf(all[from + i], source) && ids.id(prefix, all[from + i]) == pathId) {
        return i;
      }
    }
    return NONE;
  }

  private long newPath(long entry, int source, int pathId, int block, boolean elevated) {
    int count = EntryWord.count(entry);
    if (count == EntryWord.MAX_COUNT) {
      throw new TableFullException("no room for more than %,d paths to a prefix".formatted(count));
    }
    if (paths == Integer.MAX_VALUE) {
      throw new TableFullException("no room for more than %,d paths".formatted(paths));
    }
    int tag = ids.tagFor(pathId, source, store.paths(entry), store.from(entry), count);
    return PathWord.of(source, tag, block, elevated);
  }

  private int add(int prefix, long entry, long path, int pathId) {
    blocks.retain(PathWord.block(path));
    ids.put(prefix, path, pathId);
    counted(prefix, PathWord.source(path));
    if (entry == 0) {
      store.append(prefix, path);
      return Change.BEST;
    }
    return join(prefix, entry, path);
  }

  private int join(int prefix, long entry, long path) {
    long best = bestPath(entry);
    boolean med = hasMed(entry) || decision.hasMed(path);
    int byRank = Long.compare(decision.rank(path), decision.rank(best));
    boolean isOpen = byRank == 0 && med;
    if (isOpen) {
      standing.take(prefix, entry);
    }
    long now = EntryWord.withMed(store.append(prefix, path), med);
    if (isOpen) {
      return settle(prefix, now);
    }
    int comparison = byRank != 0 ? byRank : decision.compareTail(prefix, path, best);
    if (comparison < 0) {
      store.set(prefix, EntryWord.withBest(now, EntryWord.count(now) - 1));
      return Change.BEST;
    }
    store.set(prefix, now);
    return decision.areEqual(path, best) ? Change.EQUALS : Change.PATHS;
  }

  private int replace(int prefix, long entry, int slot, long path) {
    long old = store.path(entry, slot);
    int source = PathWord.source(path);
    staleOf[source] -= PathWord.isStale(old) ? 1 : 0;
    if (PathWord.fresh(old) == path) {
      store.replace(prefix, slot, path);
      return Change.NONE;
    }
    blocks.retain(PathWord.block(path));
    int change =
        EntryWord.isRun(entry)
            ? exchange(prefix, entry, slot, path)
            : exchangeOnly(prefix, entry, path);
    blocks.release(PathWord.block(old));
    return change;
  }

  private int exchangeOnly(int prefix, long old, long path) {
    store.replace(prefix, 0, path);
    return PathWord.told(old) == PathWord.told(path) ? Change.PATHS : Change.BEST;
  }

  private int exchange(int prefix, long entry, int slot, long path) {
    long old = store.path(entry, slot);
    long best = bestPath(entry);
    boolean med = hasMed(entry) || decision.hasMed(path);
    long now = EntryWord.withMed(entry, med);
    if (med && Math.min(decision.rank(old), decision.rank(path)) <= decision.rank(best)) {
      standing.take(prefix, entry);
      store.replace(prefix, slot, path);
      return settle(prefix, now);
    }
    store.replace(prefix, slot, path);
    store.set(prefix, now);
    return slot == EntryWord.best(entry)
        ? exchangedBest(prefix, now, old, path)
        : exchangedOther(prefix, now, slot, old, path);
  }

  private int exchangedBest(int prefix, long entry, long old, long path) {
    if (decision.compare(prefix, path, old) > 0) {
      elect(prefix, entry);
    }
    long best = bestPath(store.entry(prefix));
    return PathWord.told(best) == PathWord.told(old) ? Change.EQUALS : Change.BEST;
  }

  private int exchangedOther(int prefix, long entry, int slot, long old, long path) {
    long best = bestPath(entry);
    if (decision.compare(prefix, path, best) < 0) {
      store.set(prefix, EntryWord.withBest(entry, slot));
      return Change.BEST;
    }
    return decision.areEqual(old, best) || decision.areEqual(path, best)
        ? Change.EQUALS
        : Change.PATHS;
  }

  /// Removes a path, and gives back its reference on the block.
  public int remove(int prefix, int source, int pathId) {
    int slot = slotOf(prefix, source, pathId);
    return slot == NONE ? Change.NONE : removeAt(prefix, slot);
  }

  /// Removes all paths of a source to a prefix; the strongest of the changes.
  public int remove(int prefix, int source) {
    return remove(prefix, source, false);
  }

  private int remove(int prefix, int source, boolean onlyStale) {
    int change = Change.NONE;
    for (int slot = count(prefix) - 1; slot >= 0; slot--) {
      long path = store.path(store.entry(prefix), slot);
      if (PathWord.isOf(path, source) && (PathWord.isStale(path) || !onlyStale)) {
        change = Math.max(change, removeAt(prefix, slot));
      }
    }
    return change;
  }

  private int removeAt(int prefix, int slot) {
    long entry = store.entry(prefix);
    long path = store.path(entry, slot);
    int change = leave(prefix, entry, slot, path);
    ids.remove(prefix, path);
    uncounted(path);
    blocks.release(PathWord.block(path));
    return change;
  }

  private int leave(int prefix, long entry, int slot, long path) {
    long best = bestPath(entry);
    if (slot == EntryWord.best(entry)) {
      elect(prefix, store.remove(prefix, slot));
      return Change.BEST;
    }
    if (hasMed(entry) && decision.rank(path) == decision.rank(best)) {
      standing.take(prefix, entry);
      return settle(prefix, store.remove(prefix, slot));
    }
    store.remove(prefix, slot);
    return decision.areEqual(path, best) ? Change.EQUALS : Change.PATHS;
  }

  private int settle(int prefix, long entry) {
    elect(prefix, entry);
    return standing.change(prefix, store.entry(prefix));
  }

  /// Finds the best of all, and whether MED still matters.
  private void elect(int prefix, long entry) {
    if (!EntryWord.isRun(entry)) {
      return;
    }
    long[] all = store.paths(entry);
    int from = store.from(entry);
    int count = EntryWord.count(entry);
    boolean med = hasMed(entry) && decision.hasMed(all, from, count);
    int best = decision.best(prefix, all, from, count, med);
    store.set(prefix, EntryWord.withMed(EntryWord.withBest(entry, best), med));
  }

  private boolean hasMed(long entry) {
    return EntryWord.isRun(entry) ? EntryWord.hasMed(entry) : decision.hasMed(entry);
  }

  private long bestPath(long entry) {
    return store.path(entry, EntryWord.best(entry));
  }

  private void counted(int prefix, int source) {
    if (source >= pathsOf.length) {
      int room = Math.max(source + 1, 2 * pathsOf.length);
      pathsOf = Arrays.copyOf(pathsOf, room);
      staleOf = Arrays.copyOf(staleOf, room);
    }
    stretches.mark(source, prefix);
    pathsOf[source]++;
    sources.count(source, 1);
    paths++;
  }

  private void uncounted(long path) {
    int source = PathWord.source(path);
    staleOf[source] -= PathWord.isStale(path) ? 1 : 0;
    pathsOf[source]--;
    sources.count(source, -1);
    paths--;
    if (pathsOf[source] == 0) {
      stretches.clear(source);
    }
  }

  /// Shows each prefix the source has a path to, once, in order of their numbers. Removal inside is
  /// allowed, and so is any other change; what comes meanwhile may be shown or not.
  public void forEachOf(int source, PrefixVisitor visitor) {
    forEachOf(source, 0, Integer.MAX_VALUE, visitor);
  }

  /// The same in parts, so that others get their turn in between.
  ///
  /// @param from a number of a prefix; 0 for the first part
  /// @param limit how many prefixes to show
  /// @return where to go on, `NONE` at the end
  public int forEachOf(int source, int from, int limit, PrefixVisitor visitor) {
    return walk(source, from, limit, false, visitor);
  }

  private int walk(int source, int from, int limit, boolean onlyStale, PrefixVisitor visitor) {
    int left = limit;
    int stretch = stretches.next(source, from >>> SourceStretches.SHIFT);
    while (stretch != NONE) {
      int start = stretch << SourceStretches.SHIFT;
      int end = Math.min(start + (1 << SourceStretches.SHIFT), store.limit());
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

  /// All paths of the source may stay in use until it is back, or has said what is no longer
  /// (RFC 4724 §4.2, RFC 7313 §4). What is stale already stays so: a caller that wants it gone
  /// sweeps before.
  ///
  /// @return how many are stale now
  public int markStale(int source) {
    forEachOf(source, prefix -> markStale(prefix, source));
    return staleOf(source);
  }

  private void markStale(int prefix, int source) {
    long entry = store.entry(prefix);
    for (int slot = 0; slot < EntryWord.count(entry); slot++) {
      long path = store.path(entry, slot);
      if (PathWord.isOf(path, source) && !PathWord.isStale(path)) {
        store.replace(prefix, slot, PathWord.stale(path));
        staleOf[source]++;
      }
    }
  }

  /// Removes what is still stale.
  ///
  /// @param gone is shown each prefix that has lost a path by it, after the loss
  public void sweepStale(int source, PrefixVisitor gone) {
    if (staleOf(source) > 0) {
      walk(
          source,
          0,
          Integer.MAX_VALUE,
          true,
          prefix -> {
            remove(prefix, source, true);
            gone.visit(prefix);
          });
    }
  }

  /// Decides anew about all prefixes the source has a path to, after `Sources.set`.
  ///
  /// @param changed is shown each of them
  public void reconsider(int source, PrefixVisitor changed) {
    forEachOf(
        source,
        prefix -> {
          elect(prefix, store.entry(prefix));
          changed.visit(prefix);
        });
  }

  /// The slot of the best path, `NONE` if there is no path.
  public int best(int prefix) {
    long entry = store.entry(prefix);
    return entry == 0 ? NONE : EntryWord.best(entry);
  }

  /// How many paths there are to a prefix.
  public int count(int prefix) {
    return EntryWord.count(store.entry(prefix));
  }

  /// The slot of a path, `NONE` if there is no such path.
  public int slotOf(int prefix, int source, int pathId) {
    return find(prefix, store.entry(prefix), source, pathId);
  }

  public int source(int prefix, int slot) {
    return PathWord.source(path(prefix, slot));
  }

  public int block(int prefix, int slot) {
    return PathWord.block(path(prefix, slot));
  }

  public int pathId(int prefix, int slot) {
    return ids.id(prefix, path(prefix, slot));
  }

  public boolean isElevated(int prefix, int slot) {
    return PathWord.isElevated(path(prefix, slot));
  }

  public boolean isStale(int prefix, int slot) {
    return PathWord.isStale(path(prefix, slot));
  }

  private long path(int prefix, int slot) {
    long entry = store.entry(prefix);
    return store.path(entry, Objects.checkIndex(slot, EntryWord.count(entry)));
  }

  /// Writes the slots of all paths as good as the best but for the last, arbitrary rules, it
  /// included: where packets go. In order of their peers' addresses, 16 or as many as `slots`
  /// holds.
  ///
  /// @return how many were written
  public int equals(int prefix, int[] slots) {
    long entry = store.entry(prefix);
    return decision.equals(
        prefix,
        store.paths(entry),
        store.from(entry),
        EntryWord.count(entry),
        EntryWord.best(entry),
        EntryWord.hasMed(entry),
        slots);
  }

  /// The rule that ruled out the last other path. For people: it allocates.
  public Rule decidedBy(int prefix) {
    long entry = store.entry(prefix);
    return new DecidingRule(blocks, sources, decision)
        .of(store.paths(entry), store.from(entry), EntryWord.count(entry), EntryWord.best(entry));
  }

  /// Of all sources to all prefixes.
  public int paths() {
    return paths;
  }

  public int pathsOf(int source) {
    return source < pathsOf.length ? pathsOf[source] : 0;
  }

  public int staleOf(int source) {
    return source < staleOf.length ? staleOf[source] : 0;
  }

  /// What all of it takes in memory, the prefixes and blocks aside.
  public long bytes() {
    return store.bytes() + ids.bytes() + stretches.bytes() + 8L * pathsOf.length;
  }
}
