// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;

/// Which direction a policy is about.
public enum PolicyType {
  INGRESS("Ingress"),
  EGRESS("Egress");

  private final String text;

  PolicyType(String text) {
    this.text = text;
  }

  /// What absent `types` mean: ingress, unless there are egress rules only; both, if there are
  /// both.
  public static List<PolicyType> effective(
      List<PolicyType> types, List<Rule> ingress, List<Rule> egress) {
    if (!types.isEmpty()) {
      return types;
    }
    if (egress.isEmpty()) {
      return List.of(INGRESS);
    }
    return ingress.isEmpty() ? List.of(EGRESS) : List.of(INGRESS, EGRESS);
  }

  @Override
  public String toString() {
    return text;
  }
}
