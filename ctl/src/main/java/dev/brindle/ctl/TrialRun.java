// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `TrialRun FILE`: runs the command lines of a file one after another in one process, so that one
/// ahead-of-time cache remembers them all.
public final class TrialRun {

  private TrialRun() {}

  public static void main(String[] args) throws IOException {
    int exit = run(Files.readAllLines(Path.of(args[0])), System.out, System.err);
    System.out.flush();
    Runtime.getRuntime().halt(exit); // as Calicoctl ends
  }

  /// @param lines a command each, its words separated by tabs
  /// @return the worst of their exit codes
  static int run(List<String> lines, PrintStream out, PrintStream err) {
    int worst = 0;
    for (String line : lines) {
      worst = Math.max(worst, Calicoctl.run(line.split("\t", -1), out, err));
    }
    return worst;
  }
}
