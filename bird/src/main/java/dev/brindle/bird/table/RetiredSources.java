// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// Numbers of sources that are no more, until nothing speaks of them: a path that goes only now, or
/// one that somebody was told and not yet that it is gone.
final class RetiredSources {

  private final Sources sources;
  private final IntPredicate isSpokenOf;
  private final List<Integer> retired = new ArrayList<>();

  RetiredSources(Sources sources, IntPredicate isSpokenOf) {
    this.sources = sources;
    this.isSpokenOf = isSpokenOf;
  }

  void add(int number) {
    retired.add(number);
  }

  /// Numbers of which nothing speaks may be others' from now on.
  void forget() {
    retired.removeIf(this::isForgotten);
  }

  private boolean isForgotten(int number) {
    boolean isOver = !isSpokenOf.test(number);
    if (isOver) {
      sources.remove(number);
    }
    return isOver;
  }
}
