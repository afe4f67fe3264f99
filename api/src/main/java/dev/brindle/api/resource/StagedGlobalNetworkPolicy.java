// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Optional;

/// A GlobalNetworkPolicy that is not in force yet.
public record StagedGlobalNetworkPolicy(Metadata metadata, Spec spec) implements Resource {

  public StagedGlobalNetworkPolicy {
    spec = Absent.or(spec, Spec.EMPTY);
  }

  @Override
  public StagedGlobalNetworkPolicy withMetadata(Metadata changed) {
    return new StagedGlobalNetworkPolicy(changed, spec);
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
      boolean doNotTrack,
      boolean preDNAT,
      boolean applyOnForward,
      String serviceAccountSelector,
      String namespaceSelector,
      List<String> performanceHints) {

    static final Spec EMPTY =
        of(
            StagedAction.SET,
            new GlobalNetworkPolicy.Spec(
                "",
                Optional.empty(),
                "",
                "",
                "",
                List.of(),
                List.of(),
                List.of(),
                false,
                false,
                false,
                List.of()));

    public Spec {
      stagedAction = Absent.or(stagedAction, StagedAction.SET);
      tier = Absent.asEmpty(tier).isEmpty() ? Tier.DEFAULT : tier;
      order = Absent.asEmpty(order);
      ingress = Absent.asEmpty(ingress);
      egress = Absent.asEmpty(egress);
      selector = Absent.asEmpty(selector);
      types = Absent.asEmpty(types);
      serviceAccountSelector = Absent.asEmpty(serviceAccountSelector);
      namespaceSelector = Absent.asEmpty(namespaceSelector);
      performanceHints = Absent.asEmpty(performanceHints);
    }

    public static Spec of(StagedAction action, GlobalNetworkPolicy.Spec policy) {
      return new Spec(
          action,
          policy.tier(),
          policy.order(),
          policy.ingress(),
          policy.egress(),
          policy.selector(),
          policy.types(),
          policy.doNotTrack(),
          policy.preDNAT(),
          policy.applyOnForward(),
          policy.serviceAccountSelector(),
          policy.namespaceSelector(),
          policy.performanceHints());
    }

    /// What it would be in force.
    public GlobalNetworkPolicy.Spec policy() {
      return new GlobalNetworkPolicy.Spec(
          tier,
          order,
          selector,
          namespaceSelector,
          serviceAccountSelector,
          ingress,
          egress,
          types,
          doNotTrack,
          preDNAT,
          applyOnForward,
          performanceHints);
    }
  }
}
