// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs move to larger and smaller ones and into each other's gaps; no path may get lost by it.
class PathStoreTest {

  private static final int PREFIXES = 20_000;
  private static final int STEPS = 300_000;

  private final PathStore store = new PathStore();
  private final List<List<Long>> model = new ArrayList<>();
  private long next = 1;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void holdsWhatListsHold(long seed) {
    Random random = new Random(seed);
    store.reach(PREFIXES);
    for (int i = 0; i < PREFIXES; i++) {
      model.add(new ArrayList<>());
    }
    for (int step = 0; step < STEPS; step++) {
      // a few prefixes have many paths, most have few
      int prefix = (int) (PREFIXES * Math.pow(random.nextDouble(), 6));
      int count = model.get(prefix).size();
      boolean grows = random.nextInt(100) < (step < STEPS / 2 ? 65 : 35);
      if (count == 0 || (grows && count < EntryWord.MAX_COUNT)) {
        append(prefix);
      } else {
        remove(prefix, random.nextInt(count));
      }
    }
    for (int prefix = 0; prefix < PREFIXES; prefix++) {
      assertSame(prefix);
    }
    long held = model.stream().mapToLong(List::size).sum();
    System.out.printf(
        "PathStore, seed %d: %,d paths of %,d prefixes in %,d bytes%n",
        seed, held, PREFIXES, store.bytes());
    for (int prefix = 0; prefix < PREFIXES; prefix++) {
      while (!model.get(prefix).isEmpty()) {
        remove(prefix, 0);
      }
    }
    assertThat(store.bytes()).as("a page or two of each size stay").isLessThan(6_000_000);
  }

  private void append(int prefix) {
    long path = PathWord.of(prefix % 7, 0, (int) (next++ & 0xff_ffff), false);
    long entry = store.append(prefix, path);
    model.get(prefix).add(path);
    int last = model.get(prefix).size() - 1;
    assertThat(EntryWord.count(entry)).isEqualTo(last + 1);
    assertThat(store.path(entry, last)).isEqualTo(path);
    if (last > 0 && last % 3 == 0) {
      store.set(prefix, EntryWord.withBest(entry, last));
    }
  }

  /// As the store does it: the last takes the place; the best follows if it is moved.
  private void remove(int prefix, int slot) {
    long before = store.entry(prefix);
    long best = store.path(before, EntryWord.best(before));
    boolean wasBest = EntryWord.best(before) == slot;
    List<Long> paths = model.get(prefix);
    long last = paths.removeLast();
    if (slot < paths.size()) {
      paths.set(slot, last);
    }
    long after = store.remove(prefix, slot);
    assertThat(EntryWord.count(after)).isEqualTo(paths.size());
    if (!wasBest) {
      assertThat(store.path(after, EntryWord.best(after))).isEqualTo(best);
    }
  }

  private void assertSame(int prefix) {
    long entry = store.entry(prefix);
    List<Long> held = new ArrayList<>();
    for (int slot = 0; slot < EntryWord.count(entry); slot++) {
      held.add(store.path(entry, slot));
    }
    assertThat(held).as("prefix %d", prefix).isEqualTo(model.get(prefix));
  }
}
