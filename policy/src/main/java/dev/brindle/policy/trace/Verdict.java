// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.trace;

import java.util.List;
import java.util.stream.Collectors;

/// What becomes of a packet, and everything it met until then; the last step is the reason.
public record Verdict(boolean isAllowed, List<TraceStep> steps) {

  /// @throws IllegalArgumentException if there is no step, so no reason
  public Verdict {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a verdict needs a reason");
    }
  }

  public TraceStep reason() {
    return steps.getLast();
  }

  /// One line for each step, then the verdict.
  @Override
  public String toString() {
    return steps.stream().map(TraceStep::toString).collect(Collectors.joining("\n"))
        + (isAllowed ? "\nallowed" : "\ndenied");
  }
}
