// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import java.util.Locale;
import java.util.Map;

/// How much is logged. What writes the log asks once, when the first logger is made, so only the
/// environment can say it.
final class ControllersLog {

  private static final String PROPERTY = "org.slf4j.simpleLogger.defaultLogLevel";

  /// Calico's words, and those of what writes the log.
  private static final Map<String, String> LEVELS =
      Map.of(
          "none", "off",
          "trace", "trace",
          "debug", "debug",
          "info", "info",
          "warn", "warn",
          "warning", "warn",
          "error", "error",
          "fatal", "error", // what ends the process is an error
          "panic", "error");

  private ControllersLog() {}

  /// To be called before there is a logger.
  static void set(Map<String, String> environment) {
    String word = environment.getOrDefault("LOG_LEVEL", "").toLowerCase(Locale.ROOT);
    String level = LEVELS.get(word);
    if (level != null) {
      System.setProperty(PROPERTY, level);
    }
  }
}
