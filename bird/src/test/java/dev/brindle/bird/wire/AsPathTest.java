// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the decision and the loop check ask of a path with segments of a confederation (RFC 5065).
/// Written as `1 2`, `{1 2}` a set, `(1 2)` members, `[1 2]` a set of members, `/` between.
class AsPathTest {

  static AsPath path(String text) {
    List<Segment> segments = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split("/", -1)) {
      SegmentType type =
          switch (part.charAt(0)) {
            case '{' -> SegmentType.SET;
            case '(' -> SegmentType.CONFED_SEQUENCE;
            case '[' -> SegmentType.CONFED_SET;
            default -> SegmentType.SEQUENCE;
          };
      String numbers = part.replaceAll("[^0-9 ]", "");
      segments.add(
          new Segment(type, Arrays.stream(numbers.split(" ", -1)).map(AsNumber::parse).toList()));
    }
    return new AsPath(segments);
  }

  @ParameterizedTest(name = "''{0}'' comes from {1}, is {2} long, has 5 {3} times, {4} as a member")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          ''            | 0 | 0 | 0 | 0
          5             | 5 | 1 | 1 | 0
          5 6           | 5 | 2 | 1 | 0
          {5 6}         | 0 | 1 | 1 | 0
          (5)           | 0 | 0 | 1 | 1
          (7)/5 6       | 5 | 2 | 1 | 0
          (5 7)/5 6     | 5 | 2 | 2 | 1
          (7)/[5 8]/6 5 | 6 | 2 | 2 | 1
          (7)/{5 6}/8   | 0 | 2 | 1 | 0
          (5)/(5)       | 0 | 0 | 2 | 2
          """)
  void confederations(String text, long first, int length, int fives, int members) {
    AsPath path = path(text);
    AsNumber five = new AsNumber(5);

    assertThat(path.first().map(AsNumber::value).orElse(0L)).isEqualTo(first);
    assertThat(path.length()).isEqualTo(length);
    assertThat(path.occurrences(five)).isEqualTo(fives);
    assertThat(path.occurrencesInConfederation(five)).isEqualTo(members);
  }
}
