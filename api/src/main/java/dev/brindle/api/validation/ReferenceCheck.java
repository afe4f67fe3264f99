// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedNetworkPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What a new resource refers to has to be there.
public final class ReferenceCheck {

  /// Tiers that every cluster has, stored or not.
  public static final Set<String> FIXED_TIERS =
      ClusterDefaults.TIERS.stream()
          .map(tier -> tier.metadata().name())
          .collect(toUnmodifiableSet());

  private ReferenceCheck() {}

  /// @param exists whether something is stored under a key
  public static List<Violation> of(Resource resource, Predicate<ResourceKey> exists) {
    List<Violation> violations = new ArrayList<>();
    tier(resource)
        .filter(tier -> !FIXED_TIERS.contains(tier))
        .filter(tier -> !exists.test(ResourceKey.of(ResourceKind.TIER, tier)))
        .ifPresent(
            tier -> violations.add(new Violation("spec.tier", tier, "there is no such tier")));
    if (resource instanceof BgpPeer peer) {
      for (String filter : peer.spec().filters()) {
        if (!exists.test(ResourceKey.of(ResourceKind.BGP_FILTER, filter))) {
          violations.add(new Violation("spec.filters", filter, "there is no such BGPFilter"));
        }
      }
    }
    return List.copyOf(violations);
  }

  /// The tier of a policy, staged or not.
  public static Optional<String> tier(Resource resource) {
    return switch (resource) {
      case NetworkPolicy policy -> Optional.of(policy.spec().tier());
      case GlobalNetworkPolicy policy -> Optional.of(policy.spec().tier());
      case StagedNetworkPolicy policy -> Optional.of(policy.spec().tier());
      case StagedGlobalNetworkPolicy policy -> Optional.of(policy.spec().tier());
      default -> Optional.empty(); // no other kind has one
    };
  }
}
