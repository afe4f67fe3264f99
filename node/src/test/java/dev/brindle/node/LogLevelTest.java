// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.felix.settings.LogSeverity;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogLevelTest {

  @ParameterizedTest
  @CsvSource({
    "FELIX_LOGSEVERITYSCREEN, Debug, DEBUG",
    "felix_LogSeverityScreen, WARNING, WARNING",
    "FELIX_LOGSEVERITYSCREEN, loud,",
    "FELIX_LOGSEVERITYFILE, Debug,",
  })
  void isReadInAnyCase(String name, String value, @Nullable LogSeverity expected) {
    assertThat(LogLevel.in(Map.of(name, value))).isEqualTo(Optional.ofNullable(expected));
  }
}
