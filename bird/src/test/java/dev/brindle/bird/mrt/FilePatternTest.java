// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePatternTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      textBlock =
          """
          /var/rib.%Y%m%d.%H%M%S.mrt, /var, rib.20260304.050607.mrt, true
          a/b/rib,                    a/b,  rib,                     false
          /rib.%d,                    /,    rib.04,                  true
          /var/,                      '',   '',                      refused
          '',                         '',   '',                      refused
          /var/%Y/rib,                '',   '',                      refused
          /var/rib.%,                 '',   '',                      refused
          /var/rib.%s,                '',   '',                      refused
          """)
  void namesFilesByTheirTime(String text, String directory, String name, String isTimed) {
    if (isTimed.equals("refused")) {
      assertThatThrownBy(() -> FilePattern.parse(text))
          .isInstanceOf(IllegalArgumentException.class);
      return;
    }
    FilePattern pattern = FilePattern.parse(text);

    assertThat(pattern.directory()).isEqualTo(directory);
    assertThat(pattern.nameAt(NOW)).isEqualTo(name);
    assertThat(pattern.isOurs(name)).isTrue();
    assertThat(pattern.isTimed()).isEqualTo(Boolean.parseBoolean(isTimed));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      textBlock =
          """
          rib.20260304.mrt,    true
          rib.20260304.mrt.12, true
          rib.2026030.mrt,     false
          ribx20260304.mrt,    false
          rib.20260304.mrt.x,  false
          rib.20260304.mrt.,   false
          xrib.20260304.mrt,   false
          """)
  void knowsItsOwn(String file, boolean isOurs) {
    assertThat(FilePattern.parse("rib.%Y%m%d.mrt").isOurs(file)).isEqualTo(isOurs);
  }

  @ParameterizedTest(name = "{0} each {1}, keep {2}: {3}")
  @CsvSource(
      textBlock =
          """
          rib.%H, PT1H,   12, ''
          rib,    PT1H,   1,  ''
          rib,    PT1H,   2,  './rib is one file, and keep 2: put the time in its name, as rib.%Y%m%d.%H%M%S.mrt'
          rib.%H, PT0.5S, 1,  interval is not in 1s..720h
          rib.%H, P31D,   1,  interval is not in 1s..720h
          rib.%H, PT1H,   0,  keep is not in 1..100000
          """)
  void aScheduleIsOneThatCanBe(String file, Duration interval, int keep, String problem) {
    FilePattern files = FilePattern.parse(file);
    if (problem.isEmpty()) {
      assertThat(new MrtSchedule(files, interval, keep).keep()).isEqualTo(keep);
    } else {
      assertThatThrownBy(() -> new MrtSchedule(files, interval, keep)).hasMessage(problem);
    }
  }
}
