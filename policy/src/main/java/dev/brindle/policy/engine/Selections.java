// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.match.LabelIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The policies of the cluster and which of this node's endpoints they select.
final class Selections {

  private final TierTable tiers;
  private final Map<PolicyId, PolicyDefinition> policies = new HashMap<>();
  private final LabelIndex<PolicyId, ResourceKey> index = new LabelIndex<>();

  Selections(TierTable tiers) {
    this.tiers = tiers;
  }

  /// @param definition absent if there is no such policy
  /// @return the endpoints for which something may be different now
  Set<ResourceKey> put(PolicyId id, Optional<PolicyDefinition> definition) {
    Set<ResourceKey> touched = new HashSet<>(index.itemsOf(id));
    if (definition.isPresent()) {
      policies.put(id, definition.get());
      index.putSelector(id, definition.get().selector());
    } else {
      policies.remove(id);
      index.removeSelector(id);
    }
    touched.addAll(index.itemsOf(id));
    return touched;
  }

  /// @return the policies for which something may be different now
  Set<PolicyId> putEndpoint(ResourceKey endpoint, Map<String, String> labels) {
    Set<PolicyId> touched = new HashSet<>(index.selectorsOf(endpoint));
    index.putItem(endpoint, labels);
    touched.addAll(index.selectorsOf(endpoint));
    return touched;
  }

  /// @return the policies for which something may be different now
  Set<PolicyId> removeEndpoint(ResourceKey endpoint) {
    Set<PolicyId> touched = new HashSet<>(index.selectorsOf(endpoint));
    index.removeItem(endpoint);
    return touched;
  }

  /// The rules of a policy, if this node needs them.
  Optional<TranslatedRules> activeRules(PolicyId id) {
    return Optional.ofNullable(policies.get(id))
        .filter(policy -> policy.isEverywhere() || !index.itemsOf(id).isEmpty())
        .map(PolicyDefinition::rules);
  }

  /// The tiers that have a policy for this endpoint and direction, in order.
  List<TierPolicies> tiersOf(ResourceKey endpoint, PolicyType type) {
    Map<String, List<PolicyDefinition>> byTier = new TreeMap<>(tiers.order());
    for (PolicyId id : index.selectorsOf(endpoint)) {
      PolicyDefinition policy = policies.get(id);
      if (policy != null && policy.types().contains(type)) {
        byTier.computeIfAbsent(policy.tier(), _ -> new ArrayList<>()).add(policy);
      }
    }
    return byTier.entrySet().stream()
        .map(
            tier ->
                new TierPolicies(
                    tier.getKey(),
                    tiers.passes(tier.getKey()),
                    tier.getValue().stream()
                        .sorted(PolicyOrder.OF_POLICIES)
                        .map(PolicyDefinition::id)
                        .toList()))
        .toList();
  }
}
