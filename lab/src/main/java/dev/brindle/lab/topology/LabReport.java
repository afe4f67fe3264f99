// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// How the tour went.
///
/// @param problems what else went wrong, one sentence each
/// @param expectedSessions BGP sessions that should be
/// @param establishedSessions BGP sessions that are
/// @param timings what was reached; what was not is missing
/// @param podAdds how long each run of the CNI plugin took
public record LabReport(
    List<String> problems,
    int expectedSessions,
    int establishedSessions,
    Map<Timing, Duration> timings,
    List<Duration> podAdds,
    List<Finding> findings,
    List<NodeUse> nodes) {

  public LabReport {
    problems = List.copyOf(problems);
    timings = Map.copyOf(timings);
    podAdds = List.copyOf(podAdds);
    findings = List.copyOf(findings);
    nodes = List.copyOf(nodes);
  }

  /// All is as expected, and something was tried at all.
  public boolean isPass() {
    return problems.isEmpty()
        && expectedSessions == establishedSessions
        && !findings.isEmpty()
        && findings.stream().allMatch(Finding::isRight);
  }

  public List<Finding> wrong() {
    return findings.stream().filter(finding -> !finding.isRight()).toList();
  }

  /// What a daemon costs.
  ///
  /// @param residentMib its resident memory
  /// @param cpuSeconds since its start
  public record NodeUse(String name, double residentMib, double cpuSeconds) {}
}
