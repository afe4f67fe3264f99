// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What the decision asks of an attribute set, by its number. Numbers of 32 bits are unsigned.
interface BlockFacts {

  /// Holds the set once more.
  void retain(int block);

  /// Holds it once less; at none its number may be given to another.
  void release(int block);

  /// 100 if there is none.
  int localPref(int block);

  int asLength(int block);

  /// 0 if the path is empty or begins with a set.
  int firstAs(int block);

  int origin(int block);

  /// 0 if there is none.
  int med(int block);

  /// 0 if there is none.
  int originatorId(int block);

  int clusterCount(int block);

  /// What nearly all decisions need, as one number; see `Summary`. Kept by number rather than
  /// computed: it is read for each path that comes, of that path and of the best.
  default long summary(int block) {
    long summary =
        Summary.of(
            localPref(block),
            asLength(block),
            origin(block),
            med(block) != 0,
            originatorId(block) != 0,
            clusterCount(block) != 0);
    return isLastResort(block) ? Summary.lastResort(summary) : summary;
  }

  /// The summaries of the sets of these paths will soon be asked for. A path may be 0 for none.
  ///
  /// @param paths may be overwritten
  default void expect(long[] paths, int count) {
    // what is at hand need not be expected
  }

  /// LLGR_STALE: better than nothing, and than nothing else (RFC 9494 §4.3).
  default boolean isLastResort(int block) {
    return false;
  }
}
