// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.CalicoNodeStatus;
import java.util.HashSet;
import java.util.List;

/// Questions to nodes.
final class CalicoNodeStatusCheck {

  private static final List<String> CLASSES = List.of("Agent", "BGP", "Routes");
  private static final int LONGEST_PERIOD = 86_400;

  private CalicoNodeStatusCheck() {}

  static void check(CalicoNodeStatus status, Findings findings) {
    CalicoNodeStatus.Spec spec = status.spec();
    findings.require(
        Names.isSubdomain(spec.node()), "spec.node", spec.node(), "must be the name of a node");
    findings.require(
        !spec.classes().isEmpty(),
        "spec.classes",
        "",
        "is required: " + String.join(", ", CLASSES));
    findings.require(
        spec.updatePeriodSeconds().isPresent(),
        "spec.updatePeriodSeconds",
        "",
        "is required: seconds, 0 for never");
    for (String asked : spec.classes()) {
      findings.require(
          CLASSES.contains(asked), "spec.classes", asked, Violation.supported(CLASSES));
    }
    findings.require(
        new HashSet<>(spec.classes()).size() == spec.classes().size(),
        "spec.classes",
        spec.classes(),
        "a class is repeated");
    findings.inRange("spec.updatePeriodSeconds", spec.updatePeriodSeconds(), 0, LONGEST_PERIOD);
  }
}
