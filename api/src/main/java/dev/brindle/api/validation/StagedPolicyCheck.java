// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.StagedAction;
import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy;
import dev.brindle.api.resource.StagedNetworkPolicy;
import java.util.List;
import java.util.Optional;

/// Policies that are not in force yet: as those that are, except that one that stands for a removal
/// says nothing else.
final class StagedPolicyCheck {

  private StagedPolicyCheck() {}

  static void check(StagedNetworkPolicy policy, Findings findings) {
    StagedNetworkPolicy.Spec spec = policy.spec();
    if (spec.stagedAction() == StagedAction.DELETE) {
      requireEmpty(spec.equals(removal(spec)), findings);
    }
    PolicyCheck.check(spec.policy(), findings);
  }

  static void check(StagedGlobalNetworkPolicy policy, Findings findings) {
    StagedGlobalNetworkPolicy.Spec spec = policy.spec();
    if (spec.stagedAction() == StagedAction.DELETE) {
      requireEmpty(spec.equals(removal(spec)), findings);
    }
    PolicyCheck.check(spec.policy(), findings);
  }

  static void check(StagedKubernetesNetworkPolicy policy, Findings findings) {
    StagedKubernetesNetworkPolicy.Spec spec = policy.spec();
    if (spec.stagedAction() == StagedAction.DELETE) {
      requireEmpty(
          spec.podSelector().equals(StagedKubernetesNetworkPolicy.LabelSelector.ALL)
              && spec.ingress().isEmpty()
              && spec.egress().isEmpty()
              && spec.policyTypes().isEmpty(),
          findings);
    }
  }

  private static void requireEmpty(boolean isEmpty, Findings findings) {
    findings.require(
        isEmpty,
        "spec",
        StagedAction.DELETE,
        "a policy that is to be deleted says nothing besides stagedAction and tier");
  }

  private static StagedNetworkPolicy.Spec removal(StagedNetworkPolicy.Spec spec) {
    return new StagedNetworkPolicy.Spec(
        StagedAction.DELETE,
        spec.tier(),
        Optional.empty(),
        List.of(),
        List.of(),
        "",
        List.of(),
        "",
        List.of());
  }

  private static StagedGlobalNetworkPolicy.Spec removal(StagedGlobalNetworkPolicy.Spec spec) {
    return new StagedGlobalNetworkPolicy.Spec(
        StagedAction.DELETE,
        spec.tier(),
        Optional.empty(),
        List.of(),
        List.of(),
        "",
        List.of(),
        false,
        false,
        false,
        "",
        "",
        List.of());
  }
}
