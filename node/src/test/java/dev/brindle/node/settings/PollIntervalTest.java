// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollIntervalTest {

  @ParameterizedTest
  @CsvSource({
    "60s, PT60S",
    "0, PT0S",
    "0s, PT0S",
    "1m30s, PT90S",
    "1.5s, PT1.5S",
    "100ms, PT0.1S",
    "2h, PT2H"
  })
  void reads(String text, Duration interval) {
    assertThat(PollInterval.parse(text)).isEqualTo(interval);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "60", "-60s", "99ms", "1 m", "off", "s", "1ms0s", "60 s", "1d"})
  void refuses(String text) {
    assertThatExceptionOfType(BadSettingException.class)
        .isThrownBy(() -> PollInterval.parse(text))
        .withMessage(
            "AUTODETECT_POLL_INTERVAL is '%s': expected a duration such as 60s, not below 100ms,"
                + " or 0 for never",
            text);
  }
}
