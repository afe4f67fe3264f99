// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.Source;

/// The decision which path is best (RFC 4271 §9.1.2.2, RFC 4456 §9) on the facts alone, with the
/// same result as `BestPath` for the same paths in any order. Where that one leaves a tie, between
/// paths of one address, the peer's name and then the path identifier decide.
///
/// All rules but MED put the paths of a prefix in one order, so the best can be kept up to date by
/// comparing two. MED compares only paths of one neighbour AS, so with it a third path can turn the
/// order of two: then the survivors are looked for each time.
final class Decision {

  /// As many gateways as Calico lets a route have.
  static final int MAX_EQUALS = 16;

  /// What `rivals` finds.
  static final int LOWER = 1;

  static final int SAME = 2;
  static final int HIGHER = 4;

  /// Own and elevated paths come before all others.
  private static final long ORDINARY = 1L << 61;

  private static final int EXTERNAL = Source.Kind.EXTERNAL.rank();

  /// After all others.
  private static final long LAST_RESORT = 1L << 62;

  private final BlockFacts facts;
  private final Sources sources;
  private final PathIds ids;
  private final Survivors survivors;
  private boolean prefersOlder;

  Decision(BlockFacts facts, Sources sources, PathIds ids) {
    this.facts = facts;
    this.sources = sources;
    this.ids = ids;
    survivors = new Survivors(facts);
  }

  /// Of equal external paths the best stays the best (RFC 5004), from now on.
  void preferOlder(boolean wanted) {
    prefersOlder = wanted;
  }

  /// Whether the best path stays so though the other comes before it in order: the rules that are
  /// left are arbitrary, and a change for them is not worth it. Not so between paths of one router.
  private boolean stays(long best, long other) {
    return prefersOlder
        && kind(best) == EXTERNAL
        && areEqual(best, other)
        && identifier(best) != identifier(other);
  }

  boolean prefersOlder() {
    return prefersOlder;
  }

  /// What the rules before MED say, lower for better.
  long rank(long path) {
    return rank(path, summary(path));
  }

  long summary(long path) {
    return facts.summary(PathWord.block(path));
  }

  /// The same of a path whose summary is known.
  long rank(long path, long summary) {
    long rank = Summary.rank(summary) | (Summary.isLastResort(summary) ? LAST_RESORT : 0);
    return isPreferred(path) ? rank : rank | ORDINARY;
  }

  boolean isLastResort(long path) {
    return Summary.isLastResort(facts.summary(PathWord.block(path)));
  }

  boolean isPreferred(long path) {
    return PathWord.isElevated(path) || sources.isLocal(PathWord.source(path));
  }

  boolean hasMed(long path) {
    return Summary.hasMed(facts.summary(PathWord.block(path)));
  }

  boolean hasMed(long[] paths, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (hasMed(paths[i])) {
        return true;
      }
    }
    return false;
  }

  /// Which MEDs the other paths have that MED compares `path` with: `LOWER` rules it out, `HIGHER`
  /// it rules out, and `SAME` does what it does. With `LOWER` there may be others too.
  ///
  /// @param self the index of the path itself, -1 if it is not among them
  int rivals(long path, long[] paths, int from, int count, int self) {
    int block = PathWord.block(path);
    int neighbour = facts.firstAs(block);
    long rank = rank(path);
    int found = 0;
    for (int i = 0; i < count && (found & LOWER) == 0; i++) {
      int other = PathWord.block(paths[from + i]);
      if (i != self && rank(paths[from + i]) == rank && facts.firstAs(other) == neighbour) {
        int comparison = Integer.compareUnsigned(facts.med(other), facts.med(block));
        found |= comparison < 0 ? LOWER : comparison == 0 ? SAME : HIGHER;
      }
    }
    return found;
  }

  /// Whether one in the other's place rules out the same paths by rank and MED.
  boolean weighTheSame(long one, long other) {
    int block = PathWord.block(one);
    int otherBlock = PathWord.block(other);
    return rank(one) == rank(other)
        && facts.med(block) == facts.med(otherBlock)
        && facts.firstAs(block) == facts.firstAs(otherBlock);
  }

  /// Whether two paths share the packets, MED aside.
  boolean areEqual(long one, long other) {
    return areOfOneKind(one, other) && rank(one) == rank(other);
  }

  boolean areOfOneKind(long one, long other) {
    return kind(one) == kind(other);
  }

  private int kind(long path) {
    return sources.kind(PathWord.source(path));
  }

  /// All rules but MED; negative if `one` is better.
  int compare(int prefix, long one, long other) {
    int byRank = Long.compare(rank(one), rank(other));
    return byRank != 0 ? byRank : compareTail(prefix, one, other);
  }

  /// The rules after MED.
  int compareTail(int prefix, long one, long other) {
    int comparison = Integer.compare(kind(one), kind(other));
    if (comparison == 0) {
      comparison = Integer.compareUnsigned(identifier(one), identifier(other));
    }
    return comparison != 0 ? comparison : compareLast(prefix, one, other);
  }

  private int compareLast(int prefix, long one, long other) {
    int comparison = Integer.compare(clusters(one), clusters(other));
    return comparison != 0 ? comparison : compareAddresses(prefix, one, other);
  }

  private int compareAddresses(int prefix, long one, long other) {
    int source = PathWord.source(one);
    int otherSource = PathWord.source(other);
    if (source == otherSource) {
      return Integer.compareUnsigned(ids.id(prefix, one), ids.id(prefix, other));
    }
    int byAddress = sources.compareAddresses(source, otherSource);
    return byAddress != 0 ? byAddress : sources.compareNames(source, otherSource);
  }

  /// RFC 4456 §9: the originator's in place of the reflector's.
  int identifier(long path) {
    int block = PathWord.block(path);
    return Summary.hasOriginator(facts.summary(block))
        ? facts.originatorId(block)
        : sources.identifier(PathWord.source(path));
  }

  int clusters(long path) {
    int block = PathWord.block(path);
    return Summary.hasClusters(facts.summary(block)) ? facts.clusterCount(block) : 0;
  }

  /// The index of the best of `count` paths, 0 being the one at `from`.
  ///
  /// @param med whether MED may tell two of them apart
  int best(int prefix, long[] paths, int from, int count, boolean med) {
    if (!med) {
      return firstInOrder(prefix, paths, from, count);
    }
    int left = survivors.of(this, paths, from, count);
    int best = survivors.get(0);
    for (int i = 1; i < left; i++) {
      int next = survivors.get(i);
      if (compareTail(prefix, paths[from + next], paths[from + best]) < 0) {
        best = next;
      }
    }
    return best;
  }

  /// The same, with one that is the best until now.
  ///
  /// @param standing its index
  int best(int prefix, long[] paths, int from, int count, boolean med, int standing) {
    int first = best(prefix, paths, from, count, med);
    boolean mayStay = first != standing && stays(paths[from + standing], paths[from + first]);
    return mayStay && (!med || survivors.has(standing)) ? standing : first;
  }

  private int firstInOrder(int prefix, long[] paths, int from, int count) {
    int best = 0;
    long bestRank = rank(paths[from]);
    for (int i = 1; i < count; i++) {
      long path = paths[from + i];
      long rank = rank(path);
      if (rank < bestRank
          || (rank == bestRank && compareTail(prefix, path, paths[from + best]) < 0)) {
        best = i;
        bestRank = rank;
      }
    }
    return best;
  }

  /// Writes the indexes of the paths that share the packets, in order of their peers' addresses: as
  /// many as `indexes` holds and a route may have.
  int equals(int prefix, long[] paths, int from, int count, int best, boolean med, int[] indexes) {
    int candidates = med ? survivors.of(this, paths, from, count) : count;
    int most = Math.min(indexes.length, MAX_EQUALS);
    int found = 0;
    for (int i = 0; i < candidates; i++) {
      int index = med ? survivors.get(i) : i;
      if (areEqual(paths[from + index], paths[from + best])) {
        found = insert(prefix, paths, from, index, indexes, found, most);
      }
    }
    return found;
  }

  private int insert(
      int prefix, long[] paths, int from, int index, int[] indexes, int found, int most) {
    int at = found;
    while (at > 0
        && compareAddresses(prefix, paths[from + index], paths[from + indexes[at - 1]]) < 0) {
      at--;
    }
    if (at == most) {
      return found;
    }
    int kept = Math.min(found, most - 1);
    System.arraycopy(indexes, at, indexes, at + 1, kept - at);
    indexes[at] = index;
    return kept + 1;
  }
}
