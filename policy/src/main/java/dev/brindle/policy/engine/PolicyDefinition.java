// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.label.Selector;
import dev.brindle.api.resource.PolicyType;
import java.util.Optional;
import java.util.Set;

/// One policy, understood.
///
/// @param selector with all that limits the policy to a namespace or to service accounts
/// @param isEverywhere needed on every node, selected endpoint or not
record PolicyDefinition(
    PolicyId id,
    String tier,
    Optional<Double> order,
    Selector selector,
    Set<PolicyType> types,
    TranslatedRules rules,
    boolean isEverywhere) {

  PolicyClass policyClass() {
    return rules.rules().policyClass();
  }
}
