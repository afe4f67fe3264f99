// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Optional;

/// A NetworkPolicy that is not in force yet.
public record StagedNetworkPolicy(Metadata metadata, Spec spec) implements Resource {

  public StagedNetworkPolicy {
    spec = Absent.or(spec, Spec.EMPTY);
  }

  @Override
  public StagedNetworkPolicy withMetadata(Metadata changed) {
    return new StagedNetworkPolicy(changed, spec);
  }

  /// @param order smaller first; absent comes last
  /// @param types empty stands for what the rules make of it: see `PolicyType.effective`
  public record Spec(
      StagedAction stagedAction,
      String tier,
      Optional<Double> order,
      List<Rule> ingress,
      List<Rule> egress,
      String selector,
      List<PolicyType> types,
      String serviceAccountSelector,
      List<String> performanceHints) {

    static final Spec EMPTY =
        of(
            StagedAction.SET,
            new NetworkPolicy.Spec(
                "", Optional.empty(), "", List.of(), List.of(), List.of(), "", List.of()));

    public Spec {
      stagedAction = Absent.or(stagedAction, StagedAction.SET);
      tier = Absent.asEmpty(tier).isEmpty() ? Tier.DEFAULT : tier;
      order = Absent.asEmpty(order);
      ingress = Absent.asEmpty(ingress);
      egress = Absent.asEmpty(egress);
      selector = Absent.asEmpty(selector);
      types = Absent.asEmpty(types);
      serviceAccountSelector = Absent.asEmpty(serviceAccountSelector);
      performanceHints = Absent.asEmpty(performanceHints);
    }

    public static Spec of(StagedAction action, NetworkPolicy.Spec policy) {
      return new Spec(
          action,
          policy.tier(),
          policy.order(),
          policy.ingress(),
          policy.egress(),
          policy.selector(),
          policy.types(),
          policy.serviceAccountSelector(),
          policy.performanceHints());
    }

    /// What it would be in force.
    public NetworkPolicy.Spec policy() {
      return new NetworkPolicy.Spec(
          tier, order, selector, ingress, egress, types, serviceAccountSelector, performanceHints);
    }
  }
}
