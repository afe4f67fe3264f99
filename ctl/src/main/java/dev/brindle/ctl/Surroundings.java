// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/// The world as a command sees it.
///
/// @param environment variables of the process
/// @param program what it was called as: `brindle`, `calicoctl` or `kubectl-brindle`
public record Surroundings(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    String program) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }
}
