// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineDiffTest {

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # old lines           | new lines              | hunks
          a b                   | a b                    |
          a                     | b                      | @@ -1,1 +1,1 @@ -a +b
                                | a b                    | @@ -0,0 +1,2 @@ +a +b
          a b                   |                        | @@ -1,2 +0,0 @@ -a -b
          a b c                 | a c                    | @@ -1,3 +1,2 @@ .a -b .c
          a c                   | a b c                  | @@ -1,2 +1,3 @@ .a +b .c
          1 2 3 4 5 6           | 1 2 3 4 5 x            | @@ -3,4 +3,4 @@ .3 .4 .5 -6 +x
          a 1 2 3 4 5 6 b       | x 1 2 3 4 5 6 y        | @@ -1,8 +1,8 @@ -a +x .1 .2 .3 .4 .5 .6 -b +y
          a 1 2 3 4 5 6 7 b     | x 1 2 3 4 5 6 7 y      | @@ -1,4 +1,4 @@ -a +x .1 .2 .3 @@ -6,4 +6,4 @@ .5 .6 .7 -b +y
          """)
  void hunks(@Nullable String old, @Nullable String now, @Nullable String expected) {
    String diff = LineDiff.of("o", text(old), "n", text(now));

    String hunks = diff.replaceFirst("--- o\n\\+\\+\\+ n\n", "").replaceAll("(?m)^ ", ".");
    assertThat(hunks.strip().replace('\n', ' ')).isEqualTo(expected == null ? "" : expected);
  }

  private static String text(@Nullable String words) {
    return words == null ? "" : words.replace(' ', '\n') + "\n";
  }

  /// What a hunk says of the old text is there, and carrying all out gives the new text.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void carriedOutItGivesTheNewText(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      List<String> old = lines(random);
      List<String> now = lines(random);
      String diff =
          LineDiff.of("o", String.join("\n", old) + "\n", "n", String.join("\n", now) + "\n");
      assertThat(patched(old, diff)).as("seed %d: %s", seed, diff).isEqualTo(now);
    }
  }

  private static List<String> lines(RandomGenerator random) {
    List<String> lines = new ArrayList<>();
    for (int i = random.nextInt(1, 30); i > 0; i--) {
      lines.add(Integer.toString(random.nextInt(6)));
    }
    return lines;
  }

  private static List<String> patched(List<String> old, String diff) {
    List<String> result = new ArrayList<>();
    int at = 0;
    for (String line : diff.lines().skip(2).toList()) {
      if (line.startsWith("@@")) {
        int start = Integer.parseInt(line.substring(4, line.indexOf(',')));
        while (at < start - 1) {
          result.add(old.get(at++));
        }
      } else if (line.charAt(0) == '+') {
        result.add(line.substring(1));
      } else {
        assertThat(old.get(at++)).isEqualTo(line.substring(1));
        if (line.charAt(0) == ' ') {
          result.add(line.substring(1));
        }
      }
    }
    result.addAll(old.subList(at, old.size()));
    return result;
  }
}
