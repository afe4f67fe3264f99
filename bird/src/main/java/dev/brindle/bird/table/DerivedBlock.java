// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.PathAttributes;
import java.util.function.UnaryOperator;

/// The attribute set that is made from another. Paths that share their attributes come one after
/// the other, so the last one is kept.
final class DerivedBlock {

  private final AttributeBlocks blocks;
  private final UnaryOperator<PathAttributes> change;
  private int last = AttributeBlocks.NONE;
  private int derived = AttributeBlocks.NONE;

  DerivedBlock(AttributeBlocks blocks, UnaryOperator<PathAttributes> change) {
    this.blocks = blocks;
    this.change = change;
  }

  /// @return held by this until the next call
  int of(int block) {
    if (block != last) {
      close();
      byte[] bytes = CanonicalForm.of(change.apply(blocks.attributes(block)));
      derived = blocks.intern(bytes, 0, bytes.length);
      last = block;
      blocks.retain(last); // or its number might become another's
    }
    return derived;
  }

  void close() {
    if (last != AttributeBlocks.NONE) {
      blocks.release(last);
      blocks.release(derived);
      last = AttributeBlocks.NONE;
    }
  }
}
