// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AsPathPatternTest {

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          ^$                     ; ''                ; true
          ^$                     ; 1                 ; false
          .*                     ; ''                ; true
          ''                     ; 1 2               ; true
          ^65001_                ; 65001 2           ; true
          ^65001_                ; 65001             ; true
          ^65001_                ; 650011 2          ; false
          ^65001_                ; 2 65001           ; false
          _65002$                ; 1 65002           ; true
          _65002$                ; 165002            ; false
          _2_                    ; 1 2 3             ; true
          _2_                    ; 12 22 3           ; false
          _2_3_                  ; 1 2 3             ; true
          _3_2_                  ; 1 2 3             ; false
          _(64512|64513)_        ; 1 64513 2         ; true
          _(64512|64513)_        ; 1 64514 2         ; false
          ^[0-9]+$               ; 65001             ; true
          ^[0-9]+$               ; 65001 2           ; false
          ^[0-9]+ [0-9]+$        ; 65001 2           ; true
          ^65001(_65001)*$       ; 65001 65001 65001 ; true
          ^65001(_65001)*$       ; 65001 2           ; false
          ^1_2?3$                ; 1 3               ; true
          ^(_[0-9]+){2,3}$       ; 1                 ; false
          ^(_[0-9]+){2,3}$       ; 1 2               ; true
          ^(_[0-9]+){2,3}$       ; 1 2 3             ; true
          ^(_1){2,3}$            ; 1 1 1 1           ; false
          ^1{2,}$                ; 111               ; true
          ^1{2,}$                ; 1                 ; false
          ^1{2}$                 ; 11                ; true
          _6[45][0-9]{3}_        ; 1 64999 2         ; true
          _6[45][0-9]{3}_        ; 1 66999 2         ; false
          ^[^6]                  ; 1 6               ; true
          ^[^6]                  ; 6 1               ; false
          ^()*$                  ; ''                ; true
          ^(1*)*2$               ; 1112              ; true
          1|^2                   ; 3 1               ; true
          1|^2                   ; 2 3               ; true
          1|^2                   ; 3 2               ; false
          """)
  void matches(String pattern, String path, boolean expected) {
    assertThat(AsPathPattern.parse(pattern).matches(path(path))).isEqualTo(expected);
  }

  @Test
  void aSetIsWrittenInBraces() {
    AsPath path =
        new AsPath(
            List.of(
                new Segment(SegmentType.SEQUENCE, List.of(new AsNumber(1))),
                new Segment(SegmentType.SET, List.of(new AsNumber(2), new AsNumber(3)))));

    assertThat(AsPathPattern.parse("^1 \\{2 3\\}$").matches(path)).isTrue();
    assertThat(AsPathPattern.parse("_1_").matches(path)).isTrue();
    assertThat(AsPathPattern.parse("_3_").matches(path)).isTrue();
    assertThat(AsPathPattern.parse("_4_").matches(path)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ^(1             | '^(1', character 4: ')' is missing
          1)              | '1)', character 2: ')' without '('
          [12             | '[12', character 4: ']' is missing
          [9-1]           | '[9-1]', character 5: '9-1' is no range
          *               | '*', character 1: nothing before '*' to repeat
          a               | 'a', character 1: 'a' is in no AS path
          ^AS65001        | '^AS65001', character 2: 'A' is in no AS path
          1{2             | '1{2', character 4: '{' is not followed by times such as 2}, 2,} or 2,3} (write \\{ for a set)
          1{3,2}          | '1{3,2}', character 7: '{' is not followed by times such as 2}, 2,} or 2,3} (write \\{ for a set)
          (1{900}){900}   | '(1{900}){900}', character 14: '{' is not followed by times such as 2}, 2,} or 2,3} (write \\{ for a set)
          1{x}            | '1{x}', character 3: a number is missing
          1\\             | '1\\', character 3: nothing follows '\\'
          """)
  void saysWhichCharacterIsWrong(String pattern, String message) {
    assertThatThrownBy(() -> AsPathPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesPatternsWithoutBounds() {
    assertThatThrownBy(() -> AsPathPattern.parse("1".repeat(1_001))).hasMessageContaining("1001");
    assertThatThrownBy(() -> AsPathPattern.parse("(".repeat(60) + "1" + ")".repeat(60)))
        .hasMessageContaining("groups in each other");
    assertThatThrownBy(() -> AsPathPattern.parse("(1{70}2{70}){70}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// A path that would take a backtracking matcher longer than anybody lives.
  @Test
  void isNotSlowedDownByAPeer() {
    long[] numbers = new long[700];
    Arrays.fill(numbers, 4_111_111_111L);
    AsPathPattern pattern = AsPathPattern.parse("^((_[0-9]+)+)+_5$");

    assertThat(pattern.matches(AsPath.of(numbers))).isFalse();
  }

  /// Java's own matcher, with `_` written out, must agree.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void saysWhatJavaSays(long seed) {
    Random random = new Random(seed);
    int hits = 0;
    for (int i = 0; i < 3_000; i++) {
      String pattern = pattern(random, 3);
      AsPathPattern ours = AsPathPattern.parse(pattern);
      Pattern javas = Pattern.compile(pattern.replace("_", "(?:^|$|[ ,{}()\\[\\]])"));
      for (int j = 0; j < 5; j++) {
        List<String> numbers = new ArrayList<>();
        for (int k = random.nextInt(4); k > 0; k--) {
          numbers.add(Integer.toString(random.nextInt(1, 30)));
        }
        String path = String.join(" ", numbers);
        boolean expected = javas.matcher(path).find();
        assertThat(ours.matches(path(path)))
            .as("seed %d: %s on '%s'", seed, pattern, path)
            .isEqualTo(expected);
        hits += expected ? 1 : 0;
      }
    }
    assertThat(hits).isBetween(500, 14_500);
  }

  private static String pattern(Random random, int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      String part =
          switch (depth == 0 ? random.nextInt(5) : random.nextInt(8)) {
            case 0 -> "_";
            case 1 -> "[12]";
            case 2 -> "[^1 ]";
            case 3, 4 -> Integer.toString(random.nextInt(1, 3));
            case 5 -> ".";
            case 6 -> "(" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
            default -> "(" + pattern(random, depth - 1) + ")";
          };
      text.append(part).append(List.of("", "", "*", "+", "?", "{1,2}").get(random.nextInt(6)));
    }
    return (random.nextInt(5) == 0 ? "^" : "") + text + (random.nextInt(5) == 0 ? "$" : "");
  }

  private static AsPath path(String text) {
    return text.isEmpty()
        ? AsPath.EMPTY
        : AsPath.of(Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray());
  }
}
