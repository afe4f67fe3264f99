// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Attribute sets of paths whose session will soon be gone: with LOCAL_PREF 0. Paths that share
/// their attributes come one after the other.
final class LoweredBlocks {

  private final AttributeBlocks blocks;
  private int last = AttributeBlocks.NONE;
  private int lowered = AttributeBlocks.NONE;

  LoweredBlocks(AttributeBlocks blocks) {
    this.blocks = blocks;
  }

  /// @return held by this until the next call
  int of(int block) {
    if (block != last) {
      close();
      byte[] bytes = CanonicalForm.of(Lowering.on(blocks.attributes(block)));
      lowered = blocks.intern(bytes, 0, bytes.length);
      last = block;
      blocks.retain(last); // or its number might become another's
    }
    return lowered;
  }

  void close() {
    if (last != AttributeBlocks.NONE) {
      blocks.release(last);
      blocks.release(lowered);
      last = AttributeBlocks.NONE;
    }
  }
}
