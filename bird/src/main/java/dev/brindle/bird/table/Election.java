// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Keeps the best path of each prefix up to date: for each change, what it does to the best and to
/// those as good as it, by comparing the changed path with the best. All of them are looked at only
/// when the best goes or gets worse, or when MED may turn the order of others; and at each change
/// if what was the best may stay so, for then two paths alone do not say which is.
final class Election {

  private static final int NONE = PrefixIndex.NONE;

  private final PathStore store;
  private final Decision decision;
  private final Standing standing;

  Election(PathStore store, Decision decision) {
    this.store = store;
    this.decision = decision;
    standing = new Standing(store, decision);
  }

  /// One more path.
  int join(int prefix, long path) {
    long entry = store.entry(prefix);
    if (entry == 0) {
      store.append(prefix, path);
      return Change.BEST;
    }
    long best = bestPath(entry);
    long summary = decision.summary(path);
    boolean med = hasMed(entry) || Summary.hasMed(summary);
    int byRank = Long.compare(decision.rank(path, summary), decision.rank(best));
    int rivals = med && byRank == 0 ? rivals(entry, path, NONE) : 0;
    if (rivals == Decision.HIGHER || decision.prefersOlder()) {
      standing.take(prefix, entry);
      return settle(prefix, EntryWord.withMed(store.append(prefix, path), med));
    }
    long now = EntryWord.withMed(store.append(prefix, path), med);
    boolean isOutdone = byRank > 0 || (rivals & Decision.LOWER) != 0;
    boolean isFirst = !isOutdone && (byRank < 0 || decision.compareTail(prefix, path, best) < 0);
    store.set(prefix, isFirst ? EntryWord.withBest(now, EntryWord.count(now) - 1) : now);
    return isFirst
        ? Change.BEST
        : !isOutdone && decision.areOfOneKind(path, best) ? Change.EQUALS : Change.PATHS;
  }

  private int rivals(long entry, long path, int self) {
    return decision.rivals(
        path, store.paths(entry), store.from(entry), EntryWord.count(entry), self);
  }

  /// Another path of the same source and path identifier.
  int exchange(int prefix, int slot, long path) {
    long entry = store.entry(prefix);
    long old = store.path(entry, slot);
    if (!EntryWord.isRun(entry)) {
      store.replace(prefix, slot, path);
      return PathWord.told(old) == PathWord.told(path) ? Change.PATHS : Change.BEST;
    }
    long best = bestPath(entry);
    boolean med = hasMed(entry) || decision.hasMed(path);
    long now = EntryWord.withMed(entry, med);
    boolean mattered = Math.min(decision.rank(old), decision.rank(path)) <= decision.rank(best);
    boolean mayTurn = med && mattered && !decision.weighTheSame(old, path);
    if (mayTurn || decision.prefersOlder()) {
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
    boolean med = hasMed(entry) && decision.rank(path) == decision.rank(best);
    if (med && (rivals(entry, path, slot) & Decision.LOWER) != 0) {
      return Change.PATHS;
    }
    if (decision.compare(prefix, path, best) < 0) {
      store.set(prefix, EntryWord.withBest(entry, slot));
      return Change.BEST;
    }
    return decision.areEqual(old, best) || decision.areEqual(path, best)
        ? Change.EQUALS
        : Change.PATHS;
  }

  /// One path less.
  int leave(int prefix, int slot) {
    long entry = store.entry(prefix);
    long path = store.path(entry, slot);
    long best = bestPath(entry);
    if (slot == EntryWord.best(entry)) {
      elect(prefix, store.remove(prefix, slot), NONE);
      return Change.BEST;
    }
    boolean med = hasMed(entry) && decision.rank(path) == decision.rank(best);
    int rivals = med ? rivals(entry, path, slot) : 0;
    if (rivals == Decision.HIGHER || decision.prefersOlder()) {
      standing.take(prefix, entry);
      return settle(prefix, store.remove(prefix, slot));
    }
    store.remove(prefix, slot);
    boolean isOutdone = (rivals & Decision.LOWER) != 0;
    return !isOutdone && decision.areEqual(path, best) ? Change.EQUALS : Change.PATHS;
  }

  private int settle(int prefix, long entry) {
    elect(prefix, entry);
    return standing.change(prefix, store.entry(prefix));
  }

  /// Finds the best of all, and whether MED still matters.
  void elect(int prefix) {
    elect(prefix, store.entry(prefix));
  }

  private void elect(int prefix, long entry) {
    elect(prefix, entry, EntryWord.isRun(entry) ? EntryWord.best(entry) : NONE);
  }

  /// @param standing the slot of the best until now, `NONE` if it has gone
  private void elect(int prefix, long entry, int standing) {
    if (!EntryWord.isRun(entry)) {
      return;
    }
    long[] all = store.paths(entry);
    int from = store.from(entry);
    int count = EntryWord.count(entry);
    boolean med = hasMed(entry) && decision.hasMed(all, from, count);
    int best =
        standing == NONE
            ? decision.best(prefix, all, from, count, med)
            : decision.best(prefix, all, from, count, med, standing);
    store.set(prefix, EntryWord.withMed(EntryWord.withBest(entry, best), med));
  }

  private boolean hasMed(long entry) {
    return EntryWord.isRun(entry) ? EntryWord.hasMed(entry) : decision.hasMed(entry);
  }

  private long bestPath(long entry) {
    return store.path(entry, EntryWord.best(entry));
  }
}
