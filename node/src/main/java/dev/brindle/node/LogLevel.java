// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.felix.settings.LogSeverity;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// How much the daemon logs. What writes the log asks once, when the first logger is made, so
/// only the environment can say it.
final class LogLevel {

  static final String VARIABLE = "FELIX_LOGSEVERITYSCREEN";

  private static final String PROPERTY = "org.slf4j.simpleLogger.defaultLogLevel";

  private LogLevel() {}

  /// To be called before there is a logger.
  static void set(Map<String, String> environment) {
    in(environment).ifPresent(severity -> System.setProperty(PROPERTY, word(severity)));
  }

  /// Empty if nothing is said, or nothing that makes sense: felix's settings warn of that.
  static Optional<LogSeverity> in(Map<String, String> environment) {
    return environment.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(VARIABLE))
        .flatMap(
            entry ->
                Arrays.stream(LogSeverity.values())
                    .filter(severity -> severity.name().equalsIgnoreCase(entry.getValue())))
        .findFirst();
  }

  private static String word(LogSeverity severity) {
    return switch (severity) {
      case TRACE -> "trace";
      case DEBUG -> "debug";
      case INFO -> "info";
      case WARNING -> "warn";
      case ERROR, FATAL -> "error"; // what ends the daemon is an error
    };
  }
}
