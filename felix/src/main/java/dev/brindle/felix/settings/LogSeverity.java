// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// From which weight on something is logged.
public enum LogSeverity {
  TRACE("Trace"),
  DEBUG("Debug"),
  INFO("Info"),
  WARNING("Warning"),
  ERROR("Error"),
  FATAL("Fatal");

  private final String word;

  LogSeverity(String word) {
    this.word = word;
  }

  /// As in Calico's resources.
  @Override
  public String toString() {
    return word;
  }
}
