// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What leads from the policies that Calico has to those of Kubernetes. Policies of other names are
/// people's.
///
/// @param update with the revisions they replace
/// @param remove as they are stored; last, so that nothing is let through in between
public record PolicyPlan(
    List<NetworkPolicy> create, List<NetworkPolicy> update, List<NetworkPolicy> remove) {

  private static final String PREFIX = "knp.default.";

  public PolicyPlan {
    create = List.copyOf(create);
    update = List.copyOf(update);
    remove = List.copyOf(remove);
  }

  /// Whether a policy is one that follows Kubernetes'.
  public static boolean follows(ResourceKey key) {
    return key.kind() == ResourceKind.NETWORK_POLICY && key.name().startsWith(PREFIX);
  }

  /// @param kubernetes made from what it has
  /// @param unread which Kubernetes has, and nobody can read: of those what is stored stays
  public static PolicyPlan between(
      Collection<NetworkPolicy> kubernetes,
      Collection<NetworkPolicy> existing,
      Set<ResourceKey> unread) {
    Map<ResourceKey, NetworkPolicy> wanted = new TreeMap<>();
    kubernetes.stream().filter(it -> follows(it.key())).forEach(it -> wanted.put(it.key(), it));
    List<NetworkPolicy> update = new ArrayList<>();
    List<NetworkPolicy> remove = new ArrayList<>();
    for (NetworkPolicy there : existing.stream().filter(it -> follows(it.key())).toList()) {
      NetworkPolicy like = wanted.remove(there.key());
      if (like == null) {
        remove.add(there);
      } else if (!like.spec().equals(there.spec())) {
        update.add(new NetworkPolicy(there.metadata(), like.spec()));
      }
    }
    remove.removeIf(policy -> unread.contains(policy.key()));
    return new PolicyPlan(wanted.values().stream().map(PolicyPlan::made).toList(), update, remove);
  }

  private static NetworkPolicy made(NetworkPolicy like) {
    Metadata metadata = like.metadata();
    return new NetworkPolicy(Metadata.named(metadata.namespace(), metadata.name()), like.spec());
  }

  /// Namespaces in which more would be let through without what is to be written.
  public Set<String> open() {
    Set<String> namespaces = new HashSet<>();
    Stream.concat(create.stream(), update.stream())
        .forEach(policy -> namespaces.add(policy.metadata().namespace()));
    return namespaces;
  }
}
