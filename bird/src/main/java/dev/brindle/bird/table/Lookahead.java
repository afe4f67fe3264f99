// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Goes before the work on a batch: follows what the work will follow, for many prefixes at once,
/// one step for all of them before the next. Large tables are not in the processor's caches: one
/// prefix after the other would wait for memory at each step, side by side they wait together.
///
/// It changes nothing, and what it finds holds until a prefix is removed from an index, which
/// taking a batch never does.
final class Lookahead {

  /// So many that what they need stays in the caches until its turn.
  private static final int PREFIXES = 256;

  private final AttributeBlocks blocks;
  private final FamilyRoutes[] families;
  private int[] numbers = new int[2 * PREFIXES];
  private int[] hashes = new int[PREFIXES];
  private int firstPrefix;
  private int firstStep;

  Lookahead(AttributeBlocks blocks, FamilyRoutes[] families) {
    this.blocks = blocks;
    this.families = families;
  }

  /// @return behind the last step that was looked at: all of one kind and family
  int look(UpdateBatch batch, int from) {
    int what = batch.what(from);
    if (what == UpdateBatch.EXACT) {
      return from + 1;
    }
    int to = from + 1;
    while (to < batch.steps()
        && batch.what(to) == what
        && batch.family(to) == batch.family(from)
        && batch.to(to) - batch.from(from) <= PREFIXES
        && to - from < PREFIXES) {
      to++;
    }
    firstStep = from;
    firstPrefix = batch.from(from);
    int count = batch.to(to - 1) - firstPrefix;
    if (count > numbers.length) {
      numbers = new int[Math.max(count, 2 * numbers.length)];
    }
    families[batch.family(from)].lookUp(batch, from, to, numbers);
    if (what == UpdateBatch.ANNOUNCE) {
      blocks.expect(batch, from, to, hashes);
    }
    return to;
  }

  /// The number of a prefix of the batch; `PrefixIndex.NONE` if it had none.
  int number(int prefix) {
    return numbers[prefix - firstPrefix];
  }

  /// Of the attributes of a step, for `AttributeBlocks.intern`.
  int hash(int step) {
    return hashes[step - firstStep];
  }
}
