// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Port;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.StagedAction;
import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy.PolicyPort;
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
      requireEmpty(spec.equals(removal(spec)), policy.kind(), findings);
    }
    PolicyCheck.check(spec.policy(), findings);
  }

  static void check(StagedGlobalNetworkPolicy policy, Findings findings) {
    StagedGlobalNetworkPolicy.Spec spec = policy.spec();
    if (spec.stagedAction() == StagedAction.DELETE) {
      requireEmpty(spec.equals(removal(spec)), policy.kind(), findings);
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
          policy.kind(),
          findings);
    }
    findings.require(
        spec.policyTypes().size() <= PolicyType.values().length,
        "spec.policyTypes",
        spec.policyTypes(),
        "must have at most 2 items");
    for (int i = 0; i < spec.ingress().size(); i++) {
      checkPorts("spec.ingress[" + i + "]", spec.ingress().get(i).ports(), findings);
    }
    for (int i = 0; i < spec.egress().size(); i++) {
      checkPorts("spec.egress[" + i + "]", spec.egress().get(i).ports(), findings);
    }
  }

  private static void requireEmpty(boolean isEmpty, ResourceKind kind, Findings findings) {
    findings
        .of(kind.kindName() + "Spec")
        .require(
            isEmpty,
            kind == ResourceKind.STAGED_KUBERNETES_NETWORK_POLICY
                ? "Spec fields should all be zero-value if stagedAction is Delete"
                : "Spec fields, except Tier, should all be zero-value if stagedAction is Delete",
            "spec",
            StagedAction.DELETE,
            "says that the policy is removed: nothing else but its tier is said beside it");
  }

  private static void checkPorts(String field, List<PolicyPort> ports, Findings findings) {
    for (int i = 0; i < ports.size(); i++) {
      String item = "%s.ports[%d]".formatted(field, i);
      PolicyPort port = ports.get(i);
      port.port().ifPresent(first -> checkEnd(item, first, port.endPort(), findings));
    }
  }

  /// An end without a first port means nothing, as to Calico.
  private static void checkEnd(
      String field, Port first, Optional<Integer> last, Findings findings) {
    last.flatMap(end -> fault(first, end))
        .ifPresent(
            reason ->
                findings
                    .of("PolicySpec")
                    .reject(
                        "conversion to stagednetworkpolicy failed",
                        field + ".endPort",
                        last.orElseThrow(),
                        reason));
  }

  /// Why there are no such ports.
  private static Optional<String> fault(Port first, int last) {
    if (!(first instanceof PortRange range) || !range.isSingle()) {
      return Optional.of("'%s' has no end, only the number of a port has one".formatted(first));
    }
    try {
      var _ = new PortRange(range.min(), last);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
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
