// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.GlobalNetworkPolicy;

/// Where on a packet's way through a host endpoint a policy is asked. To pods `ORDINARY` and
/// `FORWARDED` are the same, and the others say nothing.
public enum PolicyClass {
  /// What the host itself receives and sends, after it is tracked and translated.
  ORDINARY,
  /// The same, and besides what the host forwards.
  FORWARDED,
  /// What comes in, before its destination is translated. Ingress only.
  PRE_DNAT,
  /// What comes in and goes out, before it is tracked; what is allowed is not tracked.
  UNTRACKED;

  static PolicyClass of(GlobalNetworkPolicy.Spec spec) {
    if (spec.doNotTrack()) {
      return UNTRACKED;
    }
    if (spec.preDNAT()) {
      return PRE_DNAT;
    }
    return spec.applyOnForward() ? FORWARDED : ORDINARY;
  }

  /// Whether it holds for pods, and for what the host itself receives and sends.
  public boolean isOrdinary() {
    return this == ORDINARY || this == FORWARDED;
  }
}
