// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.table.UpdateBatch;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Batches that are used again: filled by I/O loops, emptied by the speaker's thread.
final class BatchPool {

  private static final int KEPT = 64;

  private final BlockingQueue<UpdateBatch> free = new ArrayBlockingQueue<>(KEPT);

  /// Whether messages are to be kept as they come, for those who watch.
  private volatile boolean keepsOctets;

  boolean keepsOctets() {
    return keepsOctets;
  }

  void keepOctets(boolean wanted) {
    keepsOctets = wanted;
  }

  UpdateBatch take() {
    UpdateBatch used = free.poll();
    return used == null ? new UpdateBatch() : used;
  }

  void giveBack(UpdateBatch batch) {
    batch.clear();
    if (!batch.isLarge()) {
      free.offer(batch); // if there are enough, the collector has it
    }
  }
}
