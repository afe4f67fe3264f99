// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// Whose attributes take how much memory. A set that several paths have is shared out among them,
/// so that it is nobody's fault to have told it first. Counted once, from all there is.
final class AttributeShares {

  private final AttributeBlocks blocks;

  /// By number of the set.
  private final int[] holders;

  /// By number of the source.
  private final double[] octets;

  AttributeShares(AttributeBlocks blocks, Sources sources) {
    this.blocks = blocks;
    this.holders = new int[blocks.limit()];
    this.octets = new double[sources.limit()];
  }

  /// First for each path.
  void count(int block) {
    holders[block]++;
  }

  /// Then again for each path.
  void share(int source, int block) {
    octets[source] += (double) (BlockRecord.HEADER + blocks.length(block)) / holders[block];
  }

  long[] ofSources() {
    long[] all = new long[octets.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (long) octets[i];
    }
    return all;
  }
}
