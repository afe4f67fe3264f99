// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.policy.rule.PolicyRule;
import java.util.List;

/// The rules of one policy or profile.
public record RuleSet(List<PolicyRule> ingress, List<PolicyRule> egress) {

  public RuleSet {
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }
}
