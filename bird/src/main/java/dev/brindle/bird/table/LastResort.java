// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Community;

/// Attribute sets of paths that are kept beyond the restart time of their peer: with LLGR_STALE,
/// not at all with NO_LLGR (RFC 9494 §4.2).
final class LastResort {

  static final int UNWANTED = -1;

  private final AttributeBlocks blocks;
  private final DerivedBlock stale;

  LastResort(AttributeBlocks blocks) {
    this.blocks = blocks;
    this.stale = new DerivedBlock(blocks, told -> told.withCommunity(Community.LLGR_STALE));
  }

  /// @return held by this until the next call; `UNWANTED` if the path has to go
  int of(int block) {
    int flags = blocks.flags(block);
    if ((flags & BlockFlags.NO_LLGR) != 0) {
      return UNWANTED;
    }
    return (flags & BlockFlags.LLGR_STALE) != 0 ? block : stale.of(block);
  }

  void close() {
    stale.close();
  }
}
