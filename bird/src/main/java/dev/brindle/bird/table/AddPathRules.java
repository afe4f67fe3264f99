// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// Which paths of a prefix a group with add-path is told: the best one, then the best of the
/// others, up to a limit, of those that the group may have. What is asked for is the path with a
/// number of `ToldPaths`; the paths of a prefix are asked for one after the other, so its choice
/// is kept for as long as nothing can change.
final class AddPathRules implements TellingRules {

  private static final int NO_PREFIX = -1;

  private final PathTable paths;
  private final GroupRules rules;
  private final ToldPaths told;
  private final int limit;

  private int prefix = NO_PREFIX;
  private int[] slots = new int[16];
  private long[] bySlot = new long[16];
  private long[] words = new long[16];
  private int[] idents = new int[16];
  private int count;

  AddPathRules(PathTable paths, GroupRules rules, ToldPaths told, int limit) {
    this.paths = paths;
    this.rules = rules;
    this.told = told;
    this.limit = limit;
  }

  /// Chooses for a prefix.
  ///
  /// @return how many paths are to be told; `ident` says which
  int choose(int chosen) {
    if (chosen == prefix) {
      return count;
    }
    prefix = chosen;
    int all = paths.count(chosen);
    reserve(all);
    int able = 0;
    int best = paths.best(chosen);
    for (int slot = 0; slot < all; slot++) {
      bySlot[slot] = rules.word(chosen, slot);
      if (bySlot[slot] != Told.NOTHING) {
        slots[able] = slot;
        if (slot == best) {
          slots[able] = slots[0];
          slots[0] = slot; // before all others, even those that only paths not told rule out
        }
        able++;
      }
    }
    int placed = able > 0 && slots[0] == best ? 1 : 0;
    paths.rank(chosen, slots, placed, able, limit - placed);
    count = Math.min(able, limit);
    for (int i = 0; i < count; i++) {
      words[i] = bySlot[slots[i]];
      idents[i] = paths.ident(chosen, slots[i]);
    }
    return count;
  }

  private void reserve(int size) {
    if (slots.length < size) {
      slots = Arrays.copyOf(slots, 2 * size);
      bySlot = Arrays.copyOf(bySlot, 2 * size);
      words = Arrays.copyOf(words, 2 * size);
      idents = Arrays.copyOf(idents, 2 * size);
    }
  }

  /// Of one of the paths chosen last, the best one first.
  int ident(int number) {
    return idents[number];
  }

  @Override
  public void begin() {
    rules.begin();
    prefix = NO_PREFIX;
  }

  @Override
  public long wanted(int item) {
    if (!told.isUsed(item)) {
      return Told.NOTHING;
    }
    choose(told.prefix(item));
    int ident = told.ident(item);
    for (int i = 0; i < count; i++) {
      if (idents[i] == ident) {
        return words[i];
      }
    }
    return Told.NOTHING;
  }

  @Override
  public int room(long word) {
    return rules.room(word);
  }

  @Override
  public int attributes(long word, byte[] to) {
    return rules.attributes(word, to);
  }

  @Override
  public int nextHop(long word, byte[] to) {
    return rules.nextHop(word, to);
  }

  @Override
  public void retain(int block) {
    rules.retain(block);
  }

  @Override
  public void release(int block) {
    rules.release(block);
  }
}
