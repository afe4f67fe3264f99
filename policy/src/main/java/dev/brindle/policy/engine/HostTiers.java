// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.engine.HostPolicy.Tiers;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Sorts the policies of a host endpoint by where on a packet's way they are asked.
final class HostTiers {

  static final Set<PolicyClass> ORDINARY = Set.of(PolicyClass.ORDINARY, PolicyClass.FORWARDED);

  private static final Set<PolicyClass> UNTRACKED = Set.of(PolicyClass.UNTRACKED);
  private static final Set<PolicyClass> PRE_DNAT = Set.of(PolicyClass.PRE_DNAT);
  private static final Set<PolicyClass> FORWARDED = Set.of(PolicyClass.FORWARDED);

  private HostTiers() {}

  /// @param profiles existing ones
  static HostPolicy of(
      Selections selections, ResourceKey key, HostEndpoint endpoint, List<String> profiles) {
    boolean isForAll = endpoint.spec().interfaceName().equals(HostPolicy.ALL_INTERFACES);
    return new HostPolicy(
        endpoint,
        isForAll ? Tiers.NONE : tiers(selections, key, UNTRACKED),
        selections.tiersOf(key, PRE_DNAT, PolicyType.INGRESS),
        tiers(selections, key, ORDINARY),
        tiers(selections, key, FORWARDED),
        profiles);
  }

  private static Tiers tiers(Selections selections, ResourceKey key, Set<PolicyClass> classes) {
    return new Tiers(
        selections.tiersOf(key, classes, PolicyType.INGRESS),
        selections.tiersOf(key, classes, PolicyType.EGRESS));
  }

  /// What selects the endpoint and cannot hold for it; empty if there is nothing.
  static String problem(Selections selections, ResourceKey key, HostPolicy policy) {
    if (!policy.isForAll()) {
      return "";
    }
    List<String> left =
        Stream.of(tiers(selections, key, UNTRACKED))
            .flatMap(tiers -> Stream.concat(tiers.ingress().stream(), tiers.egress().stream()))
            .flatMap(tier -> tier.policies().stream())
            .map(PolicyId::toString)
            .distinct()
            .sorted()
            .toList();
    return left.isEmpty()
        ? ""
        : "doNotTrack holds for named interfaces and expectedIPs only, not for '*': no effect of "
            + String.join(", ", left);
  }
}
