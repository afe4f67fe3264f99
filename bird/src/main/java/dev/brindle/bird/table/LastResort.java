// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttributes;

/// Attribute sets of paths that are kept beyond the restart time of their peer: with LLGR_STALE,
/// not at all with NO_LLGR (RFC 9494 §4.2). Paths that share their attributes come one after the
/// other.
final class LastResort {

  static final int UNWANTED = -1;

  private final AttributeBlocks blocks;
  private int last = AttributeBlocks.NONE;
  private int marked = AttributeBlocks.NONE;

  LastResort(AttributeBlocks blocks) {
    this.blocks = blocks;
  }

  /// @return held by this until the next call; `UNWANTED` if the path has to go
  int of(int block) {
    int flags = blocks.flags(block);
    if ((flags & AttributeBlocks.NO_LLGR) != 0) {
      return UNWANTED;
    }
    if ((flags & AttributeBlocks.LLGR_STALE) != 0) {
      return block;
    }
    if (block != last) {
      close();
      PathAttributes attributes = blocks.attributes(block).withCommunity(Community.LLGR_STALE);
      byte[] bytes = CanonicalForm.of(attributes);
      marked = blocks.intern(bytes, 0, bytes.length);
      last = block;
      blocks.retain(last); // or its number might become another's
    }
    return marked;
  }

  void close() {
    if (last != AttributeBlocks.NONE) {
      blocks.release(last);
      blocks.release(marked);
      last = AttributeBlocks.NONE;
    }
  }
}
