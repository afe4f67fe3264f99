// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// In any order it has what a map has, and holds as many attribute sets.
class HeardRoutesTest {

  private static final int ROUNDS = 20_000;

  private final AttributeBlocks blocks = new AttributeBlocks(7);
  private final Map<String, Integer> model = new TreeMap<>();
  private final Set<String> stale = new TreeSet<>();

  private int interned(int as) {
    byte[] bytes =
        CanonicalForm.of(PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.of(as)));
    return blocks.intern(bytes, 0, bytes.length);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void isWhatAMapIs(long seed) {
    Random random = new Random(seed);
    HeardRoutes routes = new HeardRoutes(blocks, false, seed);
    for (int round = 0; round < ROUNDS; round++) {
      int high = random.nextInt(40) << 8;
      int pathId = random.nextInt(3);
      String key = pathId + " " + high;
      int dice = random.nextInt(1_000);
      if (dice < 550) {
        int as = 1 + random.nextInt(20);
        int block = interned(as);
        routes.put(pathId, high, 0, 24, block);
        blocks.release(block);
        model.put(key, block);
        stale.remove(key);
      } else if (dice < 990) {
        routes.remove(pathId, high, 0, 24);
        model.remove(key);
        stale.remove(key);
      } else if (dice < 995) {
        routes.markStale();
        stale.addAll(model.keySet());
      } else {
        Set<String> gone = new TreeSet<>();
        routes.sweepStale((id, prefix, _, _) -> gone.add(id + " " + prefix));
        assertThat(gone).as("seed %d round %d", seed, round).isEqualTo(stale);
        model.keySet().removeAll(stale);
        stale.clear();
      }
      assertThat(routes.size()).as("seed %d round %d", seed, round).isEqualTo(model.size());
    }
    assertThat(shown(routes)).isEqualTo(model);
    assertThat(blocks.size()).isEqualTo(Set.copyOf(model.values()).size());

    routes.clear();
    assertThat(routes.size()).isZero();
    assertThat(blocks.size()).isZero();
  }

  private static Map<String, Integer> shown(HeardRoutes routes) {
    Map<String, Integer> shown = new TreeMap<>();
    for (int route = 0; route < routes.limit(); route++) {
      if (routes.isUsed(route)) {
        shown.put(routes.pathId(route) + " " + routes.high(route), routes.block(route));
      }
    }
    return shown;
  }
}
