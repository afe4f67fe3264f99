// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Optional;

/// Policy for the endpoints of one namespace.
public record NetworkPolicy(Metadata metadata, Spec spec) implements Resource {

  @Override
  public NetworkPolicy withMetadata(Metadata changed) {
    return new NetworkPolicy(changed, spec);
  }

  /// @param order smaller first; absent comes last
  /// @param types empty stands for what the rules make of it: see `PolicyType.effective`
  public record Spec(
      String tier,
      Optional<Double> order,
      String selector,
      List<Rule> ingress,
      List<Rule> egress,
      List<PolicyType> types,
      String serviceAccountSelector,
      List<String> performanceHints) {

    public Spec {
      tier = Absent.asEmpty(tier).isEmpty() ? Tier.DEFAULT : tier;
      order = Absent.asEmpty(order);
      selector = Absent.asEmpty(selector);
      ingress = Absent.asEmpty(ingress);
      egress = Absent.asEmpty(egress);
      types = Absent.asEmpty(types);
      serviceAccountSelector = Absent.asEmpty(serviceAccountSelector);
      performanceHints = Absent.asEmpty(performanceHints);
    }
  }
}
