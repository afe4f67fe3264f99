// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeapTrimTest {

  private static final long MIB = 1 << 20;

  private HeapTrim.Heap heap = new HeapTrim.Heap(0, 0);
  private int collected;
  private Duration bearable = Duration.ofSeconds(1);

  private final HeapTrim trim =
      new HeapTrim(
          () -> heap,
          () -> {
            collected++;
            heap = heap(40, 30);
          },
          () -> bearable,
          256 * MIB);

  private static HeapTrim.Heap heap(long committed, long used) {
    return new HeapTrim.Heap(committed * MIB, used * MIB);
  }

  private int lookAt(long committed, long used) {
    heap = heap(committed, used);
    trim.look();
    return collected;
  }

  @Test
  void waitsUntilAllIsQuiet() {
    assertThat(lookAt(80, 40)).isZero();
    assertThat(lookAt(90, 60)).isZero();
    assertThat(lookAt(90, 50)).as("collected on its own meanwhile").isZero();
    assertThat(lookAt(90, 52)).isOne();
  }

  @Test
  void doesSoAgainOnlyAfterTheHeapHasGrown() {
    lookAt(90, 50);
    assertThat(lookAt(90, 50)).isOne();
    assertThat(lookAt(40, 31)).isOne();
    assertThat(lookAt(51, 31)).isOne();
    assertThat(lookAt(52, 31)).isEqualTo(2);
  }

  private int glanceAt(long committed, long used) {
    heap = heap(committed, used);
    trim.glance();
    return collected;
  }

  @Test
  void aHeapThatDoublesIsCollectedWhateverHappens() {
    assertThat(glanceAt(63, 60)).isZero();
    assertThat(glanceAt(64, 60)).isOne();
    assertThat(glanceAt(2 * 40 + 63, 140)).isOne();
    assertThat(glanceAt(2 * 40 + 64, 140)).isEqualTo(2);
    bearable = Duration.ofMillis(79);
    assertThat(glanceAt(2000, 1900)).isEqualTo(2);
    bearable = Duration.ofMillis(80);
    assertThat(glanceAt(2000, 1900)).isEqualTo(3);
  }

  @Test
  void leavesALargeHeapAlone() {
    lookAt(500, 257);
    assertThat(lookAt(500, 257)).isZero();
    assertThat(lookAt(500, 256)).isZero();
    assertThat(lookAt(500, 256)).isOne();
  }

  @Test
  void doesNotStandStillForLongerThanIsBorne() {
    bearable = Duration.ofMillis(100);
    lookAt(200, 51);
    assertThat(lookAt(200, 51)).isZero();
    lookAt(200, 50);
    assertThat(lookAt(200, 50)).isOne();
  }
}
