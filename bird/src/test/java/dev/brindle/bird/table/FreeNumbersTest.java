// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreeNumbersTest {

  /// Small numbers and the largest there can be: all levels are in use, and words fill and empty.
  @ParameterizedTest(name = "below {0}, seed {1}")
  @CsvSource({"70, 1", "5000, 2", "300000, 3", "67108864, 4"})
  void givesTheLowestAsATreeDoes(int limit, long seed) {
    Random random = new Random(seed);
    FreeNumbers free = new FreeNumbers();
    TreeSet<Integer> model = new TreeSet<>();
    for (int step = 0; step < 100_000; step++) {
      boolean grows = random.nextInt(100) < (step / 10_000 % 2 == 0 ? 70 : 20);
      if (grows) {
        int number = random.nextInt(limit);
        free.add(number);
        model.add(number);
      } else {
        Integer lowest = model.pollFirst();
        assertThat(free.take()).isEqualTo(lowest == null ? FreeNumbers.NONE : lowest);
      }
    }
    while (!model.isEmpty()) {
      assertThat(free.take()).isEqualTo(model.pollFirst());
    }
    assertThat(free.take()).isEqualTo(FreeNumbers.NONE);
  }
}
