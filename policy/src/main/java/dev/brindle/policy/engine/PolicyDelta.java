// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is different now. A value that is absent is gone. Carry it out in the order: sets that
/// appear or
/// change, policies and profiles that appear or change, endpoints, policies and profiles that go,
/// sets
/// that go; or all at once.
///
/// @param newSets sets that were not there before, with all members
/// @param setChanges sets that were there before
/// @param goneSets nothing refers to them any more
/// @param endpoints pods of this node
/// @param hosts host endpoints of this node
public record PolicyDelta(
    Map<IpSetName, Set<IpSetMember>> newSets,
    Map<IpSetName, SetChange> setChanges,
    Set<IpSetName> goneSets,
    Map<PolicyId, Optional<RuleSet>> policies,
    Map<String, Optional<RuleSet>> profiles,
    Map<ResourceKey, Optional<EndpointPolicy>> endpoints,
    Map<ResourceKey, Optional<HostPolicy>> hosts) {

  public PolicyDelta {
    newSets = Map.copyOf(newSets);
    setChanges = Map.copyOf(setChanges);
    goneSets = Set.copyOf(goneSets);
    policies = Map.copyOf(policies);
    profiles = Map.copyOf(profiles);
    endpoints = Map.copyOf(endpoints);
    hosts = Map.copyOf(hosts);
  }

  public boolean isEmpty() {
    return newSets.isEmpty()
        && setChanges.isEmpty()
        && goneSets.isEmpty()
        && policies.isEmpty()
        && profiles.isEmpty()
        && endpoints.isEmpty()
        && hosts.isEmpty();
  }

  /// Members that came and went.
  public record SetChange(Set<IpSetMember> added, Set<IpSetMember> removed) {

    public SetChange {
      added = Set.copyOf(added);
      removed = Set.copyOf(removed);
    }
  }
}
