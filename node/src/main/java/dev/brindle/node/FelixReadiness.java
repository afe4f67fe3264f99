// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.felix.agent.Agent;
import dev.brindle.felix.agent.AgentReport;
import java.util.ArrayList;
import java.util.List;

/// Why felix is not ready.
final class FelixReadiness {

  private FelixReadiness() {}

  static List<String> obstacles(Agent agent) {
    AgentReport report = agent.report();
    List<String> obstacles = new ArrayList<>(report.problems());
    if (!report.isInSync()) {
      obstacles.add("the datastore has not told all it has");
    } else if (!report.isProgrammed()) {
      obstacles.add("the kernel was not programmed yet");
    }
    return obstacles;
  }
}
