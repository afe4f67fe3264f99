// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BestPathTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                 | paths: kind peer pref path med               | best | equals | rule
          one                     | int 1 100 - 0                                | 1 | 1   | only path
          LOCAL_PREF              | int 1 100 - 0, int 2 200 - 0                 | 2 | 2   | highest LOCAL_PREF
          shorter path            | ext 1 100 5.6 0, ext 2 100 7 0               | 2 | 2   | shortest AS_PATH
          MED of one neighbour    | ext 1 100 5 9, ext 2 100 5 3                 | 2 | 2   | lowest MED
          MED of two neighbours   | ext 1 100 5 9, ext 2 100 6 3                 | 1 | 1 2 | lowest originator or router id
          external                | int 1 100 5 0, ext 2 100 6 0                 | 2 | 2   | external over internal
          router id               | int 2 100 5 0, int 1 100 5 0                 | 1 | 1 2 | lowest originator or router id
          last resort             | ext 1 900 5 0 stale, int 2 100 5.6.7 0       | 2 | 2   | fresh over long-lived stale
          last resort of ours     | own 9 900 - 0 stale, int 2 100 5.6.7 0       | 2 | 2   | fresh over long-lived stale
          two last resorts        | ext 1 100 5 0 stale, ext 2 200 5 0 stale     | 2 | 2   | highest LOCAL_PREF
          ours                    | int 1 900 - 0, own 9 100 - 0                 | 9 | 9   | own or elevated route
          """)
  void chooses(String story, String paths, int best, String equals, String rule) {
    List<Path> candidates = Arrays.stream(paths.split(",", -1)).map(BestPathTest::path).toList();

    Choice choice = BestPath.choose(candidates).orElseThrow();

    assertThat(choice.best().source().address().low()).isEqualTo(best);
    assertThat(choice.decidedBy()).hasToString(rule);
    assertThat(choice.equals().stream().map(it -> it.source().address().low() + "").toList())
        .isEqualTo(List.of(equals.split(" ", -1)));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void doesNotDependOnTheOrderOfArrival(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      List<Path> candidates = new ArrayList<>();
      for (int peer = 1; peer <= 2 + random.nextInt(5); peer++) {
        String path = (5 + random.nextInt(2)) + (random.nextBoolean() ? ".7" : "");
        candidates.add(
            path(
                "%s %d 100 %s %d"
                    .formatted(
                        random.nextInt(3) == 0 ? "int" : "ext", peer, path, random.nextInt(3))));
      }
      Choice first = BestPath.choose(List.copyOf(candidates)).orElseThrow();
      Collections.shuffle(candidates, random);
      assertThat(BestPath.choose(candidates)).contains(first);
    }
  }

  private static Path path(String text) {
    String[] cells = text.trim().split(" ", -1);
    IpAddress peer = IpAddress.ofIpv4(Long.parseLong(cells[1]));
    Source.Kind kind =
        switch (cells[0]) {
          case "own" -> Source.Kind.LOCAL;
          case "ext" -> Source.Kind.EXTERNAL;
          default -> Source.Kind.INTERNAL;
        };
    long[] numbers =
        cells[3].equals("-")
            ? new long[0]
            : Pattern.compile("\\.").splitAsStream(cells[3]).mapToLong(Long::parseLong).toArray();
    return new Path(
        new Source(kind, cells[1], peer, peer, false),
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(numbers),
            new LocalPref(Long.parseLong(cells[2])),
            new MultiExitDisc(Long.parseLong(cells[4])),
            new Communities(cells.length > 5 ? List.of(Community.LLGR_STALE) : List.of())),
        kind == Source.Kind.LOCAL ? Path.PREFERRED : Path.ORDINARY);
  }
}
