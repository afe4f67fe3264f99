// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.lab.topology.LabReport;
import dev.brindle.lab.topology.LabReport.NodeUse;
import dev.brindle.lab.topology.ReportText;
import dev.brindle.lab.topology.Topology;

/// The tour's last page.
final class TourEnd {

  private TourEnd() {}

  static String of(LabReport report) {
    StringBuilder text = new StringBuilder("\n").append(ReportText.table(report.findings()));
    text.append('\n');
    for (NodeUse node : report.nodes()) {
      text.append(
          "%s: %.0f MiB, %.1f s of CPU%n"
              .formatted(node.name(), node.residentMib(), node.cpuSeconds()));
    }
    report.problems().forEach(problem -> text.append("\nproblem: ").append(problem).append('\n'));
    text.append(
        report.isPass()
            ? "\nAll is as expected: %d tries, %d of %d BGP sessions.\n"
                .formatted(
                    report.findings().size(),
                    report.establishedSessions(),
                    report.expectedSessions())
            : "\nNOT as expected: %d of %d tries, %d of %d BGP sessions.\n"
                .formatted(
                    report.wrong().size(),
                    report.findings().size(),
                    report.establishedSessions(),
                    report.expectedSessions()));
    return text.toString();
  }

  /// @param brindle how the user types it
  static String next(String brindle, Topology topology) {
    String pod = topology.pods().getFirst().name();
    String other = topology.pods().getLast().name();
    String node = topology.nodes().getFirst().name();
    String last = topology.nodes().getLast().name();
    return """

    What to try next
      # lab up                                      a lab that stays, then:
      # lab status
      # lab exec %1$s -- ip address
      # lab exec %2$s -- ip route
      # lab exec %2$s -- brindle get workloadendpoints
      # lab exec %3$s -- ping -c 3 ADDRESS        of another pod, see status
      # lab node kill %2$s                         traffic goes on
      # lab link cut %4$s; # lab link heal %4$s
      # lab fault                                   what can be broken
      # lab fault seed forward-dropped %2$s        breaks it, until fault heal
      # lab doctor %2$s                            finds it, and says the cure
      # lab down
      # lab --family dual --encap vxlan --router bird
    """
        .formatted(pod, node, other, last)
        .replace("#", brindle);
  }
}
