// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Optional;

/// Policy for endpoints of all namespaces.
public record GlobalNetworkPolicy(Metadata metadata, Spec spec) implements Resource {

  @Override
  public GlobalNetworkPolicy withMetadata(Metadata changed) {
    return new GlobalNetworkPolicy(changed, spec);
  }

  /// @param order smaller first; absent comes last
  /// @param types empty stands for what the rules make of it: see `PolicyType.effective`
  public record Spec(
      String tier,
      Optional<Double> order,
      String selector,
      String namespaceSelector,
      String serviceAccountSelector,
      List<Rule> ingress,
      List<Rule> egress,
      List<PolicyType> types,
      boolean doNotTrack,
      boolean preDNAT,
      boolean applyOnForward,
      List<String> performanceHints) {

    public Spec {
      tier = Absent.asEmpty(tier).isEmpty() ? Tier.DEFAULT : tier;
      order = Absent.asEmpty(order);
      selector = Absent.asEmpty(selector);
      namespaceSelector = Absent.asEmpty(namespaceSelector);
      serviceAccountSelector = Absent.asEmpty(serviceAccountSelector);
      ingress = Absent.asEmpty(ingress);
      egress = Absent.asEmpty(egress);
      types = Absent.asEmpty(types);
      performanceHints = Absent.asEmpty(performanceHints);
    }
  }
}
