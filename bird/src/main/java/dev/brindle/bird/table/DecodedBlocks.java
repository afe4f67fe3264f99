// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.PathAttributes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Attribute sets that were decoded a moment ago: prefixes that share one are looked at one after
/// the other.
final class DecodedBlocks {

  private static final int KEPT = 256;

  /// In octets; of larger ones the objects would take much.
  private static final int LARGEST = 512;

  private final int[] blocks = new int[KEPT];
  private final @Nullable PathAttributes[] attributes = new PathAttributes[KEPT];

  DecodedBlocks() {
    Arrays.fill(blocks, AttributeBlocks.NONE);
  }

  @Nullable PathAttributes find(int block) {
    int at = block & (KEPT - 1);
    return blocks[at] == block ? attributes[at] : null;
  }

  /// @param length of it
  void keep(int block, int length, PathAttributes decoded) {
    if (length <= LARGEST) {
      int at = block & (KEPT - 1);
      blocks[at] = block;
      attributes[at] = decoded;
    }
  }

  /// The number will mean another set.
  void forget(int block) {
    int at = block & (KEPT - 1);
    if (blocks[at] == block) {
      blocks[at] = AttributeBlocks.NONE;
      attributes[at] = null;
    }
  }
}
