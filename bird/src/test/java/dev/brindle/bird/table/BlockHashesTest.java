// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a map, with hashes chosen so that many begin at the same few slots.
class BlockHashesTest {

  private static final int SIZE = 4;

  private final BlockArena arena = new BlockArena();
  private final BlockHashes hashes = new BlockHashes(arena);

  private int keep(int content) {
    int address = arena.allocate(BlockRecord.HEADER + SIZE);
    BlockRecord.write(
        arena.array(address), BlockArena.at(address), 0, new FactScan(), bytes(content), 0, SIZE);
    return address;
  }

  private static byte[] bytes(int content) {
    byte[] bytes = new byte[SIZE];
    Words.put32(bytes, 0, content);
    return bytes;
  }

  private int find(int hash, int content) {
    return hashes.find(hash, bytes(content), 0, SIZE);
  }

  @Test
  void setsOfOneHashAreToldApart() {
    int one = keep(1);
    int two = keep(2);
    hashes.add(5, one);
    hashes.add(5, two);

    assertThat(find(5, 1)).isEqualTo(one);
    assertThat(find(5, 2)).isEqualTo(two);
    assertThat(find(5, 3)).isEqualTo(BlockHashes.NONE);
    assertThat(find(6, 1)).as("another hash").isEqualTo(BlockHashes.NONE);
  }

  @Test
  void whatIsBehindAGapIsStillFound() {
    int first = keep(1);
    int second = keep(2);
    int third = keep(3);
    hashes.add(5, first);
    hashes.add(5, second);
    hashes.add(6, third); // pushed on from its own slot

    hashes.remove(5, first);

    assertThat(find(5, 2)).isEqualTo(second);
    assertThat(find(6, 3)).isEqualTo(third);
    assertThat(hashes.size()).isEqualTo(2);
  }

  /// At the last slot a search goes on at the first.
  @ParameterizedTest(name = "{0} at the end")
  @ValueSource(ints = {1, 2, 5})
  void goesRound(int count) {
    int last = 1023;
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      kept.add(keep(i));
      hashes.add(last, kept.getLast());
    }
    int home = keep(100);
    hashes.add(0, home);
    hashes.remove(last, kept.getFirst());

    for (int i = 1; i < count; i++) {
      assertThat(find(last, i)).isEqualTo(kept.get(i));
    }
    assertThat(find(0, 100)).isEqualTo(home);
    assertThat(find(last, 0)).isEqualTo(BlockHashes.NONE);
  }

  @Test
  void likelyIsWhereASearchBegins() {
    int address = keep(1);
    hashes.add(9, address);

    assertThat(hashes.likely(9)).isEqualTo(address);
    assertThat(hashes.likely(10)).isEqualTo(BlockHashes.NONE);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void findsAsAMapDoes(long seed) {
    Random random = new Random(seed);
    Map<Integer, Integer> expected = new HashMap<>();
    for (int step = 0; step < 40_000; step++) {
      int content = random.nextInt(4_000);
      int hash = content % 64 * 0x1000_0001; // few slots, and a table that grows
      Integer known = expected.get(content);
      assertThat(find(hash, content)).isEqualTo(known == null ? BlockHashes.NONE : known);
      if (known == null) {
        int address = keep(content);
        hashes.add(hash, address);
        expected.put(content, address);
      } else if (random.nextBoolean()) {
        hashes.remove(hash, known);
        arena.free(known);
        expected.remove(content);
      }
      assertThat(hashes.size()).isEqualTo(expected.size());
    }
  }
}
