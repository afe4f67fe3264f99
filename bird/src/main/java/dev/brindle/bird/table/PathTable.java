// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Choice.Rule;
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
  private final SourcePaths paths;
  private final Decision decision;
  private final Election election;
  private final SourceWalk walk;
  private final PathRanking ranking;
  private long[] expected = new long[16];

  public PathTable(PrefixIndex prefixes, BlockFacts blocks, Sources sources) {
    this.prefixes = prefixes;
    this.blocks = blocks;
    this.sources = sources;
    decision = new Decision(blocks, sources, ids);
    election = new Election(store, decision);
    paths = new SourcePaths(sources);
    walk = new SourceWalk(store, paths.stretches());
    ranking = new PathRanking(store, decision);
  }

  /// Of equal external paths the best stays the best (RFC 5004): what is best then depends on what
  /// was. From the next change of each prefix on.
  public void preferOlder(boolean wanted) {
    decision.preferOlder(wanted);
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
      return add(prefix, newPath(entry, source, pathId, block, elevated), pathId);
    }
    int tag = PathWord.tag(store.path(entry, slot));
    return replace(prefix, slot, PathWord.of(source, tag, block, elevated));
  }

  /// The best paths of these prefixes will soon be asked for, or compared with others: all of them
  /// are looked for side by side. A number may be `NONE`.
  void expect(int[] prefixes, int count) {
    if (expected.length < count) {
      expected = new long[Math.max(count, 2 * expected.length)];
    }
    for (int i = 0; i < count; i++) {
      expected[i] = prefixes[i] == NONE ? 0 : store.entry(prefixes[i]);
    }
    for (int i = 0; i < count; i++) {
      long entry = expected[i];
      expected[i] = EntryWord.isRun(entry) ? store.path(entry, EntryWord.best(entry)) : entry;
    }
    blocks.expect(expected, count);
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
    if (paths.all() == Integer.MAX_VALUE) {
      throw new TableFullException("no room for more than %,d paths".formatted(paths.all()));
    }
    int tag = ids.tagFor(pathId, source, store.paths(entry), store.from(entry), count);
    return PathWord.of(source, tag, block, elevated);
  }

  private int add(int prefix, long path, int pathId) {
    blocks.retain(PathWord.block(path));
    ids.put(prefix, path, pathId);
    paths.added(prefix, PathWord.source(path));
    return election.join(prefix, path);
  }

  private int replace(int prefix, int slot, long path) {
    long old = store.path(store.entry(prefix), slot);
    if (PathWord.fresh(old) == path) {
      paths.left(old);
      store.replace(prefix, slot, path);
      return Change.NONE;
    }
    return exchange(prefix, slot, old, path);
  }

  private int exchange(int prefix, int slot, long old, long path) {
    blocks.retain(PathWord.block(path));
    paths.exchanged(old, path);
    int change = election.exchange(prefix, slot, path);
    blocks.release(PathWord.block(old));
    return change;
  }

  /// Other attributes for a path without its source having told it again: our filters have changed,
  /// or it is kept for long after its source is gone (RFC 9494 §4.2). Stays stale if it is.
  public int restate(int prefix, int slot, int block, boolean elevated) {
    long old = path(prefix, slot);
    int source = PathWord.source(old);
    check(prefix, source, block);
    long fresh = PathWord.of(source, PathWord.tag(old), block, elevated);
    long path = PathWord.isStale(old) ? PathWord.stale(fresh) : fresh;
    return old == path ? Change.NONE : exchange(prefix, slot, old, path);
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
    long path = store.path(store.entry(prefix), slot);
    int change = election.leave(prefix, slot);
    ids.remove(prefix, path);
    paths.removed(path);
    blocks.release(PathWord.block(path));
    return change;
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
    return walk.go(source, from, limit, false, visitor);
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
        paths.becameStale(source);
      }
    }
  }

  /// Removes what is still stale.
  ///
  /// @param gone is shown each prefix that has lost a path by it, after the loss
  public void sweepStale(int source, PrefixVisitor gone) {
    if (staleOf(source) > 0) {
      walk.go(
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
          election.elect(prefix);
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

  /// Tells the path from all others to its prefix as long as it lives: 30 bits.
  int ident(int prefix, int slot) {
    return PathWord.ident(path(prefix, slot));
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

  /// Sorts slots so that the first are the best there are: each is what would be chosen if those
  /// before it were not there.
  ///
  /// @param from the first slot to sort
  /// @param to behind the last
  /// @param wanted how many have to be in order
  void rank(int prefix, int[] slots, int from, int to, int wanted) {
    ranking.order(prefix, slots, from, to, wanted);
  }

  /// The rule that ruled out the last other path. For people: it allocates.
  public Rule decidedBy(int prefix) {
    long entry = store.entry(prefix);
    long[] all = store.paths(entry);
    int from = store.from(entry);
    int count = EntryWord.count(entry);
    int best = EntryWord.best(entry);
    boolean med = decision.hasMed(all, from, count);
    return decision.best(prefix, all, from, count, med) == best
        ? new DecidingRule(blocks, sources, decision).of(all, from, count, best)
        : Rule.OLDER;
  }

  /// Of all sources to all prefixes.
  public int paths() {
    return paths.all();
  }

  public int pathsOf(int source) {
    return paths.of(source);
  }

  public int staleOf(int source) {
    return paths.staleOf(source);
  }

  /// What all of it takes in memory, the prefixes and blocks aside.
  public long bytes() {
    return store.bytes() + ids.bytes() + paths.bytes();
  }
}
