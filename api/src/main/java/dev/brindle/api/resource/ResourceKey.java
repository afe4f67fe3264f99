// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What a resource is found by.
///
/// @param namespace empty for a kind that has none
public record ResourceKey(ResourceKind kind, String namespace, String name)
    implements Comparable<ResourceKey> {

  private static final Comparator<ResourceKey> ORDER =
      Comparator.comparing(ResourceKey::kind)
          .thenComparing(ResourceKey::namespace)
          .thenComparing(ResourceKey::name);

  /// @throws IllegalArgumentException if a namespace is missing or too many
  public ResourceKey {
    if (kind.isNamespaced() == namespace.isEmpty()) {
      throw new IllegalArgumentException(
          kind.isNamespaced()
              ? "%s '%s' needs a namespace".formatted(kind, name)
              : "%s '%s' has no namespace, not '%s'".formatted(kind, name, namespace));
    }
  }

  /// Written out because it is asked for so often, see `IpAddress`.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResourceKey that
        && kind == that.kind
        && name.equals(that.name)
        && namespace.equals(that.namespace);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * kind.hashCode() + namespace.hashCode()) + name.hashCode();
  }

  public static ResourceKey of(ResourceKind kind, String name) {
    return new ResourceKey(kind, "", name);
  }

  @Override
  public int compareTo(ResourceKey other) {
    return ORDER.compare(this, other);
  }

  /// `IPPool(default-ipv4-ippool)` or `NetworkPolicy(ns/name)`, as calicoctl prints keys.
  @Override
  public String toString() {
    return namespace.isEmpty()
        ? "%s(%s)".formatted(kind, name)
        : "%s(%s/%s)".formatted(kind, namespace, name);
  }
}
