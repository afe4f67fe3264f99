// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All that this node must enforce. Whatever a value refers to is in here too.
///
/// @param endpoints pods of this node
/// @param hosts host endpoints of this node
public record PolicyImage(
    Map<IpSetName, Set<IpSetMember>> sets,
    Map<PolicyId, RuleSet> policies,
    Map<String, RuleSet> profiles,
    Map<ResourceKey, EndpointPolicy> endpoints,
    Map<ResourceKey, HostPolicy> hosts) {

  public static final PolicyImage EMPTY =
      new PolicyImage(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  public PolicyImage {
    sets = Map.copyOf(sets);
    policies = Map.copyOf(policies);
    profiles = Map.copyOf(profiles);
    endpoints = Map.copyOf(endpoints);
    hosts = Map.copyOf(hosts);
  }

  /// This image once `delta` is carried out.
  public PolicyImage after(PolicyDelta delta) {
    Map<IpSetName, Set<IpSetMember>> newSets = new HashMap<>(sets);
    newSets.putAll(delta.newSets());
    delta
        .setChanges()
        .forEach((name, change) -> newSets.computeIfPresent(name, (_, old) -> after(old, change)));
    newSets.keySet().removeAll(delta.goneSets());
    return new PolicyImage(
        newSets,
        after(policies, delta.policies()),
        after(profiles, delta.profiles()),
        after(endpoints, delta.endpoints()),
        after(hosts, delta.hosts()));
  }

  private static Set<IpSetMember> after(Set<IpSetMember> old, PolicyDelta.SetChange change) {
    Set<IpSetMember> members = new HashSet<>(old);
    members.addAll(change.added());
    members.removeAll(change.removed());
    return Set.copyOf(members);
  }

  private static <K, V> Map<K, V> after(Map<K, V> old, Map<K, Optional<V>> changes) {
    Map<K, V> result = new HashMap<>(old);
    changes.forEach(
        (key, value) -> {
          if (value.isPresent()) {
            result.put(key, value.get());
          } else {
            result.remove(key);
          }
        });
    return result;
  }
}
