// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Random;

/// Attribute sets of a full table, facts only, in arrays as the real ones are: for measuring.
final class FlatBlocks implements BlockFacts {

  private final int[] references;
  private final byte[] lengths;
  private final long[] summaries;

  FlatBlocks(int count, long seed) {
    Random random = new Random(seed);
    references = new int[count];
    lengths = new byte[count];
    summaries = new long[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = (byte) (2 + random.nextInt(5));
      summaries[i] = Summary.of(100, lengths[i], 0, false, false, false);
    }
  }

  @Override
  public void retain(int block) {
    references[block]++;
  }

  @Override
  public void release(int block) {
    references[block]--;
  }

  @Override
  public int localPref(int block) {
    return 100;
  }

  @Override
  public int asLength(int block) {
    return lengths[block];
  }

  @Override
  public int firstAs(int block) {
    return 64_512;
  }

  @Override
  public int origin(int block) {
    return 0;
  }

  @Override
  public int med(int block) {
    return 0;
  }

  @Override
  public int originatorId(int block) {
    return 0;
  }

  @Override
  public int clusterCount(int block) {
    return 0;
  }

  @Override
  public long summary(int block) {
    return summaries[block];
  }
}
