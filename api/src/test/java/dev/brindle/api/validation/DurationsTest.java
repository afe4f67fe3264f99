// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "0, PT0S",
        "15m, PT15M",
        "1h2m3.5s, PT1H2M3.5S",
        "250ms, PT0.25S",
        "5us, PT0.000005S",
        "15, -",
        "'', -",
        "m, -",
        "-5s, -",
        "999999999h, -",
        "1e3s, -"
      })
  void areReadAsGoReadsThem(String text, @Nullable String expected) {
    assertThat(Durations.tryParse(text))
        .isEqualTo(Optional.ofNullable(expected).map(Duration::parse));
  }
}
