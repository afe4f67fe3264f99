// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// A full table that comes again lives where it lived before.
class SparesTest {

  private static final int PREFIXES = 20_000;
  private static final int PATHS = 11;
  private static final int SETS = 50_000;
  private static final int SIZE = 100;

  private final PathStore store = new PathStore();
  private final AttributeBlocks blocks = new AttributeBlocks();
  private final int[] numbers = new int[SETS];

  @Test
  void givesWhatItWasGiven() {
    Spares<int[]> spares = new Spares<>();
    int[] array = {7};

    spares.give(array);

    assertThat(spares.take()).isSameAs(array);
    assertThat(spares.take()).isNull();
  }

  /// On their way to their last size prefixes pass through all smaller ones.
  @Test
  void pathsThatComeAgainTakeNoMoreRoom() {
    store.reach(PREFIXES);
    long first = allocatedBy(this::comeAndGo);
    long second = allocatedBy(this::comeAndGo);

    long held = (long) PREFIXES * PATHS * Long.BYTES;
    assertThat(first).as("what the first time takes").isBetween(held, 2 * held);
    assertThat(second).as("what the second time takes").isLessThan(held / 10);
  }

  @Test
  void attributesThatComeAgainTakeNoMoreRoom() {
    allocatedBy(this::internAndRelease);

    assertThat(allocatedBy(this::internAndRelease)).isLessThan(SETS * SIZE / 10);
  }

  private void comeAndGo() {
    for (int path = 0; path < PATHS; path++) {
      for (int prefix = 0; prefix < PREFIXES; prefix++) {
        store.append(prefix, PathWord.of(path, 0, prefix, false));
      }
    }
    for (int path = PATHS - 1; path >= 0; path--) {
      for (int prefix = 0; prefix < PREFIXES; prefix++) {
        store.remove(prefix, path);
      }
    }
  }

  private void internAndRelease() {
    byte[] bytes = new byte[SIZE];
    AttributeWalk.header(bytes, 0, 0xe0, 99, SIZE - 3);
    for (int i = 0; i < SETS; i++) {
      Words.put32(bytes, SIZE - 4, i);
      numbers[i] = blocks.intern(bytes, 0, SIZE);
    }
    for (int number : numbers) {
      blocks.release(number);
    }
  }

  private static long allocatedBy(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
