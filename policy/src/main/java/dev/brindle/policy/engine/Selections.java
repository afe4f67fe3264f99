// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
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

/// The policies of the cluster and which of this node's endpoints they select. Pods and host
/// endpoints are filed apart: some policies hold for host endpoints only.
final class Selections {

  private final TierTable tiers;
  private final Map<PolicyId, PolicyDefinition> policies = new HashMap<>();
  private final LabelIndex<PolicyId, ResourceKey> pods = new LabelIndex<>();
  private final LabelIndex<PolicyId, ResourceKey> hosts = new LabelIndex<>();

  Selections(TierTable tiers) {
    this.tiers = tiers;
  }

  /// @param definition absent if there is no such policy
  /// @return the endpoints for which something may be different now
  Set<ResourceKey> put(PolicyId id, Optional<PolicyDefinition> definition) {
    Set<ResourceKey> touched = selectedBy(id);
    if (definition.isPresent()) {
      policies.put(id, definition.get());
      hosts.putSelector(id, definition.get().selector());
    } else {
      policies.remove(id);
      hosts.removeSelector(id);
    }
    if (definition.isPresent() && definition.get().policyClass().isOrdinary()) {
      pods.putSelector(id, definition.get().selector());
    } else {
      pods.removeSelector(id);
    }
    touched.addAll(selectedBy(id));
    return touched;
  }

  private Set<ResourceKey> selectedBy(PolicyId id) {
    Set<ResourceKey> selected = new HashSet<>(pods.itemsOf(id));
    selected.addAll(hosts.itemsOf(id));
    return selected;
  }

  private LabelIndex<PolicyId, ResourceKey> indexOf(ResourceKey endpoint) {
    return endpoint.kind() == ResourceKind.HOST_ENDPOINT ? hosts : pods;
  }

  /// @return the policies for which something may be different now
  Set<PolicyId> putEndpoint(ResourceKey endpoint, Map<String, String> labels) {
    LabelIndex<PolicyId, ResourceKey> index = indexOf(endpoint);
    Set<PolicyId> touched = new HashSet<>(index.selectorsOf(endpoint));
    index.putItem(endpoint, labels);
    touched.addAll(index.selectorsOf(endpoint));
    return touched;
  }

  /// @return the policies for which something may be different now
  Set<PolicyId> removeEndpoint(ResourceKey endpoint) {
    LabelIndex<PolicyId, ResourceKey> index = indexOf(endpoint);
    Set<PolicyId> touched = new HashSet<>(index.selectorsOf(endpoint));
    index.removeItem(endpoint);
    return touched;
  }

  /// The rules of a policy, if this node needs them.
  Optional<TranslatedRules> activeRules(PolicyId id) {
    return Optional.ofNullable(policies.get(id))
        .filter(policy -> policy.isEverywhere() || !selectedBy(id).isEmpty())
        .map(PolicyDefinition::rules);
  }

  /// The tiers that have a policy of these classes for this endpoint and direction, in order.
  List<TierPolicies> tiersOf(ResourceKey endpoint, Set<PolicyClass> classes, PolicyType type) {
    Map<String, List<PolicyDefinition>> byTier = new TreeMap<>(tiers.order());
    for (PolicyId id : indexOf(endpoint).selectorsOf(endpoint)) {
      PolicyDefinition policy = policies.get(id);
      if (policy != null
          && classes.contains(policy.policyClass())
          && policy.types().contains(type)) {
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
