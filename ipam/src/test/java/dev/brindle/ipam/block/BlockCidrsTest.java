// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockCidrsTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24, 26, 4",
    "10.0.0.0/26, 26, 1",
    "10.0.0.0/8, 20, 4096",
    "fd00::/116, 122, 64",
    "10.0.0.0/28, 32, 16"
  })
  void everyBlockComesOnce(String pool, int size, int count) {
    for (int node = 0; node < 20; node++) {
      BlockCidrs order = BlockCidrs.of(Cidr.parse(pool), size, BlockCidrs.seed("node-" + node));
      List<Cidr> blocks = order.stream().toList();

      assertThat(blocks).hasSize(count).doesNotHaveDuplicates();
      assertThat(blocks).allMatch(block -> Cidr.parse(pool).contains(block));
      assertThat(blocks).isSortedAccordingTo(Comparator.comparing(order::distance));
      assertThat(order.stream().toList()).isEqualTo(blocks);
    }
  }

  @ParameterizedTest
  @CsvSource({"'', 2166136261", "a, 84696446", "foobar, 837857890"})
  void theSeedIsFnv1(String node, long seed) {
    assertThat(BlockCidrs.seed(node)).isEqualTo(seed);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0/16, 26", "fd00::/64, 122"})
  void nodesBeginApart(String pool, int size) {
    long starts =
        IntStream.range(0, 100)
            .mapToObj(i -> BlockCidrs.of(Cidr.parse(pool), size, BlockCidrs.seed("node-" + i)))
            .map(BlockCidrs::start)
            .distinct()
            .count();
    assertThat(starts).isGreaterThan(90);
  }
}
