// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import java.util.Comparator;
import java.util.Optional;

/// Which tier comes first, and which policy of a tier.
final class PolicyOrder {

  /// Smaller order first, none last; equal ones by `name/namespace/kind`.
  static final Comparator<PolicyDefinition> OF_POLICIES =
      Comparator.<PolicyDefinition>comparingDouble(policy -> orLast(policy.order()))
          .thenComparing(policy -> tieBreaker(policy.id()));

  private PolicyOrder() {}

  /// None is as good as infinite. Adding zero makes a negative zero equal to zero.
  static double orLast(Optional<Double> order) {
    return order.orElse(Double.POSITIVE_INFINITY) + 0.0;
  }

  private static String tieBreaker(PolicyId id) {
    String kind = id.namespace().isEmpty() ? "GlobalNetworkPolicy" : "NetworkPolicy";
    return id.name() + "/" + id.namespace() + "/" + kind;
  }
}
