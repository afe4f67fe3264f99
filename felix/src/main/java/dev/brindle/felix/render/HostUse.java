// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.felix.endpoint.HostResolution;
import dev.brindle.policy.engine.HostPolicy;
import java.util.List;

/// Which chains of host endpoints there are at all: what nobody needs costs no packet anything.
///
/// @param isAny whether there is a host endpoint on any interface
/// @param isUntracked whether one has policy for packets before they are tracked
/// @param isPreDnat whether one has policy for packets before they are translated
/// @param isForward whether one has policy for what the host forwards
record HostUse(boolean isAny, boolean isUntracked, boolean isPreDnat, boolean isForward) {

  static final HostUse NONE = new HostUse(false, false, false, false);

  static HostUse of(HostResolution hosts) {
    List<HostPolicy> all = hosts.inForce();
    return new HostUse(
        !all.isEmpty(),
        all.stream().anyMatch(policy -> !policy.untracked().isEmpty()),
        all.stream().anyMatch(policy -> !policy.preDnat().isEmpty()),
        all.stream().anyMatch(policy -> !policy.forwarded().isEmpty()));
  }
}
