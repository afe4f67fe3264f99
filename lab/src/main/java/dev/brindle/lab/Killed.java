// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.util.Optional;

/// What is to be said of a lab whose own process could not say anything any more.
final class Killed {

  private static final int BY_SIGNAL = 128;
  private static final int KILL = 9;
  private static final int HANG_UP = 1;
  private static final int INTERRUPT = 2;
  private static final int TERMINATE = 15;

  private Killed() {}

  /// @param exitCode as the shell has it
  /// @return nothing if it ended by itself, or was asked to end
  static Optional<String> said(int exitCode) {
    int signal = exitCode - BY_SIGNAL;
    if (signal <= 0 || signal == HANG_UP || signal == INTERRUPT || signal == TERMINATE) {
      return Optional.empty();
    }
    return Optional.of(
        "brindle lab: the lab was killed by signal %d%s, and all its programs with it"
            .formatted(
                signal,
                signal == KILL ? " (by somebody, or for lack of memory: dmesg tells)" : ""));
  }
}
