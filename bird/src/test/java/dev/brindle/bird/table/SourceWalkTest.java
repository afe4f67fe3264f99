// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceWalkTest {

  private static final int PREFIXES = 5_000;
  private static final int ONE = 3;
  private static final int OTHER = 4;
  private static final int BLOCK = 9;

  private final PathStore store = new PathStore();
  private final SourceStretches stretches = new SourceStretches();
  private final SourceWalk walk = new SourceWalk(store, stretches);

  SourceWalkTest() {
    store.reach(PREFIXES);
  }

  private static long path(int source) {
    return PathWord.of(source, 0, BLOCK, false);
  }

  private void add(int prefix, long path) {
    store.append(prefix, path);
    stretches.mark(PathWord.source(path), prefix);
  }

  private List<Integer> all(int source, boolean onlyStale) {
    List<Integer> shown = new ArrayList<>();
    int next = walk.go(source, 0, Integer.MAX_VALUE, onlyStale, shown::add);
    assertThat(next).isEqualTo(PrefixIndex.NONE);
    return shown;
  }

  /// Both sides of each border between stretches, and one prefix with two paths of it.
  @Test
  void showsEachPrefixOfTheSourceOnceInOrder() {
    for (int prefix : new int[] {4_999, 2_048, 0, 1_023, 1_024, 1_025}) {
      add(prefix, path(ONE));
      add(prefix, path(OTHER));
    }
    add(7, path(OTHER));
    add(1_024, PathWord.of(ONE, 1, BLOCK, false));

    assertThat(all(ONE, false)).containsExactly(0, 1_023, 1_024, 1_025, 2_048, 4_999);
    assertThat(all(5, false)).isEmpty();
  }

  @Test
  void goesOnWhereItStopped() {
    for (int prefix : new int[] {5, 6, 1_030, 3_000}) {
      add(prefix, path(ONE));
    }
    List<Integer> shown = new ArrayList<>();

    int next = walk.go(ONE, 0, 1, false, shown::add);
    assertThat(shown).containsExactly(5);
    assertThat(next).isEqualTo(6);
    next = walk.go(ONE, next, 1, false, shown::add);
    assertThat(next).isEqualTo(1_030);
    next = walk.go(ONE, next, 1, false, shown::add);
    assertThat(next).isEqualTo(3_000);
    assertThat(walk.go(ONE, next, 1, false, shown::add)).isEqualTo(PrefixIndex.NONE);
    assertThat(shown).containsExactly(5, 6, 1_030, 3_000);
  }

  @Test
  void showsOnlyWhatIsStaleIfThatIsAsked() {
    add(1, path(ONE));
    add(2, PathWord.stale(path(ONE)));
    add(3, PathWord.stale(path(OTHER)));
    add(3, path(ONE));

    assertThat(all(ONE, true)).containsExactly(2);
  }

  @Test
  void whatIsShownMayGo() {
    for (int prefix = 0; prefix < PREFIXES; prefix += 500) {
      add(prefix, path(ONE));
    }
    List<Integer> shown = new ArrayList<>();

    walk.go(
        ONE,
        0,
        Integer.MAX_VALUE,
        false,
        prefix -> {
          store.remove(prefix, 0);
          shown.add(prefix);
        });

    assertThat(shown).hasSize(10);
    assertThat(all(ONE, false)).isEmpty();
  }

  /// A stretch where nothing is left is not looked at again; one of which only a part was looked at
  /// stays.
  @Test
  void forgetsStretchesWithoutPaths() {
    add(10, path(ONE));
    add(1_030, path(ONE));
    store.remove(10, 0);
    store.remove(1_030, 0);

    walk.go(ONE, 11, Integer.MAX_VALUE, false, _ -> {});

    assertThat(stretches.next(ONE, 0)).as("looked at from 11 on").isZero();
    assertThat(stretches.next(ONE, 1)).as("looked at wholly").isEqualTo(PrefixIndex.NONE);
  }
}
