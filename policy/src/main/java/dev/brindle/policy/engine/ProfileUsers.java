// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.ResourceKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which of this node's endpoints name which profile.
final class ProfileUsers {

  private final Map<String, Set<ResourceKey>> users = new HashMap<>();

  void add(ResourceKey endpoint, List<String> profiles) {
    profiles.forEach(name -> users.computeIfAbsent(name, _ -> new HashSet<>()).add(endpoint));
  }

  void remove(ResourceKey endpoint, List<String> profiles) {
    profiles.forEach(
        name ->
            users.computeIfPresent(
                name, (_, keys) -> keys.remove(endpoint) && keys.isEmpty() ? null : keys));
  }

  Set<ResourceKey> of(String profile) {
    return Set.copyOf(users.getOrDefault(profile, Set.of()));
  }
}
