// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.policy.rule.PolicyRule;
import java.util.List;

/// The rules of one policy or profile.
///
/// @param policyClass of a profile: `ORDINARY`
public record RuleSet(PolicyClass policyClass, List<PolicyRule> ingress, List<PolicyRule> egress) {

  public RuleSet {
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }
}
