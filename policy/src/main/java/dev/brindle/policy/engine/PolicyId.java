// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.ResourceKey;

/// Which policy: its short kind (`np`, `gnp`), namespace (empty for a global one) and name.
public record PolicyId(String kind, String namespace, String name) implements Comparable<PolicyId> {

  public static PolicyId of(ResourceKey key) {
    return switch (key.kind()) {
      case NETWORK_POLICY -> new PolicyId("np", key.namespace(), key.name());
      case GLOBAL_NETWORK_POLICY -> new PolicyId("gnp", "", key.name());
      default -> throw new IllegalArgumentException(key + " is not a policy");
    };
  }

  /// `np/default/allow-dns` or `gnp/deny-all`: what chain names are made from.
  @Override
  public String toString() {
    return namespace.isEmpty() ? kind + "/" + name : kind + "/" + namespace + "/" + name;
  }

  @Override
  public int compareTo(PolicyId other) {
    return toString().compareTo(other.toString());
  }
}
