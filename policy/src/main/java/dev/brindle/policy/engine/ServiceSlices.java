// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.ServiceName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which slices are of which service, and which sets are made of it.
final class ServiceSlices {

  private final Map<ResourceKey, ServiceName> serviceOf = new HashMap<>();
  private final Map<ServiceName, Set<ResourceKey>> slicesOf = new HashMap<>();
  private final Map<ServiceName, Set<IpSetName>> setsOf = new HashMap<>();

  /// A slice may become that of another service.
  void put(ResourceKey slice, ServiceName service) {
    remove(slice);
    serviceOf.put(slice, service);
    slicesOf.computeIfAbsent(service, _ -> new HashSet<>()).add(slice);
  }

  void remove(ResourceKey slice) {
    ServiceName service = serviceOf.remove(slice);
    if (service != null) {
      drop(slicesOf, service, slice);
    }
  }

  void addSet(ServiceName service, IpSetName set) {
    setsOf.computeIfAbsent(service, _ -> new HashSet<>()).add(set);
  }

  void removeSet(ServiceName service, IpSetName set) {
    drop(setsOf, service, set);
  }

  /// Sets that a slice contributes to; none if it is of no service.
  Set<IpSetName> setsOf(ResourceKey slice) {
    ServiceName service = serviceOf.get(slice);
    return service == null ? Set.of() : setsOf.getOrDefault(service, Set.of());
  }

  Set<ResourceKey> of(ServiceName service) {
    return slicesOf.getOrDefault(service, Set.of());
  }

  private static <V> void drop(Map<ServiceName, Set<V>> map, ServiceName service, V value) {
    map.computeIfPresent(service, (_, all) -> all.remove(value) && all.isEmpty() ? null : all);
  }
}
