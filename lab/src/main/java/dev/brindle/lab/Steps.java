// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.PrintStream;
import java.time.Duration;

/// Tells the user what is going on, each step with the time since the start.
final class Steps {

  private final PrintStream out;
  private final long begin = System.nanoTime();

  Steps(PrintStream out) {
    this.out = out;
  }

  // the annotation it asks for is Error Prone's own, and no library of ours
  @SuppressWarnings("AnnotateFormatMethod")
  void say(String format, Object... values) {
    out.printf("%6.1f s  %s%n", elapsed().toMillis() / 1000.0, format.formatted(values));
  }

  void print(String text) {
    out.println(text);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
