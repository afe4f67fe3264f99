// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.lab.topology.LabReport;
import dev.brindle.lab.topology.LabReport.NodeUse;
import dev.brindle.lab.topology.ReportText;

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
  static String next(String brindle) {
    return """

    What to try next
      # lab up                                      a lab that stays, then:
      # lab status
      # lab exec server -- ip address
      # lab exec node1 -- ip route
      # lab exec node1 -- brindle get workloadendpoints
      # lab exec stranger -- ping -c 3 ADDRESS      of another pod, see status
      # lab node kill node1                         traffic goes on
      # lab link cut node2; # lab link heal node2
      # lab down
      # lab --family dual --encap vxlan --router bird
    """
        .replace("#", brindle);
  }
}
