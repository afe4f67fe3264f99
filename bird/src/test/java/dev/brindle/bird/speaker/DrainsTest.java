// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.PeerKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainsTest {

  /// `+` drains and `-` no longer, `!` forgets; `*` are all.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          # said,          a,        b
          '',              NO,       NO
          +*,              WITH_ALL, WITH_ALL
          +a,              ALONE,    NO
          +a -a,           NO,       NO
          +a -*,           NO,       NO
          +a +*,           ALONE,    WITH_ALL
          +* +a,           ALONE,    WITH_ALL
          +* -a,           NO,       WITH_ALL
          +* -a +*,        WITH_ALL, WITH_ALL
          +* -a -*,        NO,       NO
          +* +a -*,        NO,       NO
          +a !a,           NO,       NO
          +* -a !a,        WITH_ALL, WITH_ALL
          """)
  void theNewestWordCounts(String said, Draining a, Draining b) {
    Drains drains = new Drains();
    for (String word : said.split(" ", -1)) {
      switch (word) {
        case "+*" -> drains.all(true);
        case "-*" -> drains.all(false);
        case "+a" -> drains.one("a", true);
        case "-a" -> drains.one("a", false);
        case "!a" -> drains.forget("a");
        case "" -> assertThat(drains.isAll()).isFalse();
        default -> throw new IllegalArgumentException(word);
      }
    }

    assertThat(drains.of("a")).isEqualTo(a);
    assertThat(drains.of("b")).isEqualTo(b);
    assertThat(drains.isAll()).isEqualTo(b == Draining.WITH_ALL);
  }

  @ParameterizedTest(name = "{0}, {1}: {2}")
  @CsvSource(
      textBlock =
          """
          NO,       EXTERNAL,      false
          NO,       INTERNAL,      false
          ALONE,    EXTERNAL,      true
          ALONE,    INTERNAL,      true
          ALONE,    CONFEDERATION, true
          WITH_ALL, EXTERNAL,      true
          WITH_ALL, INTERNAL,      false
          WITH_ALL, CONFEDERATION, false
          """)
  void whoStaysIsAsGoodAsBefore(Draining draining, PeerKind kind, boolean isLowered) {
    assertThat(draining.lowers(kind)).isEqualTo(isLowered);
  }
}
