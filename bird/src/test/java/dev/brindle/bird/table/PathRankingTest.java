// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PathRankingTest {

  private static final int PREFIX = 0;

  private final FakeBlocks blocks = new FakeBlocks();
  private final Sources sources = new Sources();
  private final PathStore store = new PathStore();
  private final Decision decision = new Decision(blocks, sources, new PathIds());
  private final PathRanking ranking = new PathRanking(store, decision);

  PathRankingTest() {
    store.reach(PREFIX + 1);
  }

  /// @return its slot
  private int add(long localPref, long med, long firstAs) {
    int number = store.entry(PREFIX) == 0 ? 1 : 1 + EntryWord.count(store.entry(PREFIX));
    IpAddress identifier = IpAddress.ofIpv4(number);
    int source =
        sources.add(
            new Source(Source.Kind.EXTERNAL, "peer" + number, identifier, identifier, false));
    int block =
        blocks.add(
            PathAttributes.of(
                AsPath.of(firstAs), new LocalPref(localPref), new MultiExitDisc(med)));
    store.append(PREFIX, PathWord.of(source, 0, block, false));
    return number - 1;
  }

  private List<Integer> order(int wanted, int... slots) {
    ranking.order(PREFIX, slots, 0, slots.length, wanted);
    return Arrays.stream(slots).boxed().toList();
  }

  @Test
  void theBestComesFirst() {
    int low = add(50, 0, 1);
    int high = add(200, 0, 1);
    int middle = add(100, 0, 1);

    assertThat(order(3, low, high, middle)).containsExactly(high, middle, low);
    assertThat(order(1, low, middle)).containsExactly(middle, low);
  }

  /// The path with a MED of 9 loses to its neighbour's other path; once that is taken, it has the
  /// lower identifier of those left.
  @Test
  void medCountsAmongThoseLeft() {
    int nine = add(100, 9, 5);
    int other = add(100, 0, 6);
    int three = add(100, 3, 5);

    assertThat(order(3, nine, other, three)).containsExactly(other, three, nine);
    assertThat(order(2, nine, other)).as("three is not there").containsExactly(nine, other);
  }

  @Test
  void othersStayWhereTheyAre() {
    int one = add(300, 0, 1);
    int two = add(100, 0, 1);
    int three = add(200, 0, 1);
    int[] slots = {one, two, three, one};

    ranking.order(PREFIX, slots, 1, 3, 2);

    assertThat(slots).containsExactly(one, three, two, one);
  }

  @Test
  void nothingAndOneAreInOrder() {
    int one = add(100, 0, 1);

    assertThat(order(5)).isEmpty();
    assertThat(order(5, one)).containsExactly(one);
  }

  /// Each is the best of those from it on.
  @Test
  void sortsManyMoreThanItHasRoomForAtFirst() {
    Random random = new Random(8);
    for (int i = 0; i < 100; i++) {
      add(100L + random.nextInt(3), random.nextInt(3), random.nextInt(4));
    }
    List<Integer> mixed = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
    Collections.shuffle(mixed, random);

    List<Integer> sorted = order(100, mixed.stream().mapToInt(Integer::intValue).toArray());

    assertThat(sorted).containsExactlyInAnyOrderElementsOf(mixed);
    long[] paths =
        sorted.stream().mapToLong(slot -> store.path(store.entry(PREFIX), slot)).toArray();
    for (int i = 0; i < paths.length; i++) {
      boolean med = decision.hasMed(paths, i, paths.length - i);
      assertThat(decision.best(PREFIX, paths, i, paths.length - i, med)).as("from %d", i).isZero();
    }
  }
}
