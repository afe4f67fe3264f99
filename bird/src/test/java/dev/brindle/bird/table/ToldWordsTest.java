// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a group has been told.
class ToldWordsTest {

  /// Blocks that are held, by number, as often as they are.
  private final TreeMap<Integer, Integer> held = new TreeMap<>();

  private final ToldWords words = new ToldWords(new Holding());

  private final class Holding implements TellingRules {

    @Override
    public long wanted(int prefix) {
      return Told.NOTHING;
    }

    @Override
    public int room(long word) {
      return 0;
    }

    @Override
    public int attributes(long word, byte[] to) {
      return 0;
    }

    @Override
    public int nextHop(long word, byte[] to) {
      return 0;
    }

    @Override
    public void retain(int block) {
      held.merge(block, 1, Integer::sum);
    }

    @Override
    public void release(int block) {
      held.compute(block, (_, count) -> count == null || count == 1 ? null : count - 1);
    }
  }

  /// Prefix 1 is told with block 7 as source 3 told it: `1=7/3`. It is told no more: `1=`.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what is told                | source 3 has | source 4 has | blocks held
                                        |              |              | {}
          1=7/3                         |              | 1            | {7=1}
          1=7/3 2=7/4                   | 2            | 1            | {7=2}
          1=7/3 1=8/3                   |              | 1            | {8=1}
          1=7/3 1=7/4                   | 1            |              | {7=1}
          1=7/3 1=                      |              |              | {}
          1=7/9 70=8/9 500=9/4          | 1 70 500     | 1 70         | {7=1, 8=1, 9=1}
          1=7/4000 70=8/3               | 1            | 1 70         | {7=1, 8=1}
          """)
  void nobodyHasItsOwnAndEachWordHoldsItsBlock(
      @Nullable String told, @Nullable String ofThree, @Nullable String ofFour, String blocks) {
    tell(told == null ? "" : told);

    assertThat(text(words.of(3))).isEqualTo(ofThree == null ? "" : ofThree);
    assertThat(text(words.of(4))).isEqualTo(ofFour == null ? "" : ofFour);
    assertThat(words.count(3)).isEqualTo(words.of(3).cardinality());
    assertThat(words.count(4)).isEqualTo(words.of(4).cardinality());
    assertThat(words.count(1_000_000)).isEqualTo(words.of(1_000_000).cardinality());
    assertThat(held).hasToString(blocks);
  }

  private void tell(String changes) {
    for (String change : changes.split(" ", -1)) {
      if (!change.isEmpty()) {
        int[] numbers = Arrays.stream(change.split("[=/]")).mapToInt(Integer::parseInt).toArray();
        long wanted = numbers.length == 1 ? Told.NOTHING : Told.of(numbers[1], numbers[2]);
        words.replace(numbers[0], words.word(numbers[0]), wanted);
      }
    }
  }

  private static String text(BitSet prefixes) {
    List<String> all = new ArrayList<>();
    prefixes.stream().forEach(it -> all.add(Integer.toString(it)));
    return String.join(" ", all);
  }

  @Test
  void aSourceIsSpokenOfAsLongAsAPathOfItIsTold() {
    assertThat(words.speaksOf(3)).isFalse();
    tell("1=7/3 2=8/3 1=9/4");
    assertThat(words.speaksOf(3)).isTrue();
    tell("2=");
    assertThat(words.speaksOf(3)).isFalse();
    assertThat(words.speaksOf(4)).isTrue();
  }

  @Test
  void clearedItHoldsNothing() {
    tell("1=7/3 900=8/4 900=7/4");
    words.clear();

    assertThat(held).isEmpty();
    assertThat(words.limit()).isZero();
    assertThat(words.count(5)).isZero();
    assertThat(words.speaksOf(4)).isFalse();
    assertThat(words.isTold(900)).isFalse();
  }
}
