// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteTimesTest {

  private final WriteTimes writes = new WriteTimes();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # case                              | last look | its time of change | write
          the tick is older than the last look | 100       | 96                 | 100
          the tick is younger                  | 100       | 101                | 101
          both at once                         | 100       | 100                | 100
          """)
  void aWriteIsNoEarlierThanTheLookThatDidNotShowIt(
      String name, long look, long changed, long write) {
    writes.look(at(50), at(10));
    writes.look(at(look), at(10));
    writes.look(at(102), at(changed));

    assertThat(writes.lastBefore(at(200))).contains(at(write));
  }

  @Test
  void theFirstLookHasOnlyTheFilesOwnTime() {
    writes.look(at(50), at(10));

    assertThat(writes.lastBefore(at(200))).contains(at(10));
  }

  @Test
  void whatIsWrittenAfterTheMomentDoesNotCount() {
    writes.look(at(50), at(10));
    writes.look(at(60), at(58));
    writes.look(at(70), at(68));

    assertThat(writes.lastBefore(at(65))).contains(at(58));
    assertThat(writes.lastBefore(at(5))).isEqualTo(Optional.empty());
  }

  private static Instant at(long milli) {
    return Instant.ofEpochMilli(milli);
  }
}
