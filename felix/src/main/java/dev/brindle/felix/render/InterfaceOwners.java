// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.engine.EndpointPolicy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Which endpoint an interface belongs to. Of several that name the same one the first by key has
/// it, and the others wait until that one is gone. A name that cannot be an interface's owns
/// nothing.
final class InterfaceOwners {

  /// What the kernel takes as a name and nft(8) and `/proc/sys` take for nothing else.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

  private final Map<ResourceKey, EndpointPolicy> endpoints = new HashMap<>();
  private final NavigableMap<String, NavigableMap<ResourceKey, EndpointPolicy>> claims =
      new TreeMap<>();

  /// @return names of interfaces that the change concerns
  Set<String> put(ResourceKey key, Optional<EndpointPolicy> endpoint) {
    Set<String> concerned = new HashSet<>();
    EndpointPolicy before = endpoints.remove(key);
    if (before != null) {
      String name = before.endpoint().spec().interfaceName();
      claims.computeIfPresent(
          name,
          (_, claimants) -> {
            claimants.remove(key);
            return claimants.isEmpty() ? null : claimants;
          });
      concerned.add(name);
    }
    endpoint
        .filter(now -> NAME.matcher(now.endpoint().spec().interfaceName()).matches())
        .ifPresent(
            now -> {
              String name = now.endpoint().spec().interfaceName();
              endpoints.put(key, now);
              claims.computeIfAbsent(name, _ -> new TreeMap<>()).put(key, now);
              concerned.add(name);
            });
    return concerned;
  }

  Optional<EndpointPolicy> owner(String interfaceName) {
    return Optional.ofNullable(claims.get(interfaceName))
        .map(claimants -> claimants.firstEntry().getValue());
  }

  /// Those that own an interface, by its name.
  List<EndpointPolicy> owners() {
    return claims.values().stream().map(claimants -> claimants.firstEntry().getValue()).toList();
  }

  Set<String> interfaces() {
    return new TreeSet<>(claims.keySet());
  }
}
