// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

/// Whether somebody says who is behind the services that rules name. Kubernetes does, to whom it
/// allows to ask; a store without it cannot.
public enum ServiceKnowledge {
  KNOWN,
  UNKNOWN;

  /// @param hasServices what the store says
  public static ServiceKnowledge of(boolean hasServices) {
    return hasServices ? KNOWN : UNKNOWN;
  }
}
