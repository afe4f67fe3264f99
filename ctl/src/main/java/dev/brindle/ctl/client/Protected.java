// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.validation.ReferenceCheck;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What people must not write.
final class Protected {

  /// Allows everything; always there, never stored.
  static final Profile ALLOW_ALL =
      new Profile(
          Metadata.named("projectcalico-default-allow").withResourceVersion("1"),
          new Profile.Spec(
              List.of(Rule.of(Rule.Action.ALLOW)), List.of(Rule.of(Rule.Action.ALLOW)), Map.of()));

  private static final Set<ResourceKind> OF_IPAM =
      Set.of(ResourceKind.BLOCK_AFFINITY, ResourceKind.IPAM_BLOCK, ResourceKind.IPAM_HANDLE);
  /// Why policies that Kubernetes has are not written here.
  static final String OF_KUBERNETES =
      "kubernetes network policies must be managed through the kubernetes API";

  private static final String KUBERNETES_POLICY = "knp.default.";

  private Protected() {}

  static boolean isOfKubernetes(ResourceKey key) {
    return key.kind() == ResourceKind.NETWORK_POLICY && key.name().startsWith(KUBERNETES_POLICY);
  }

  /// @param operation create, apply, update or delete
  /// @throws ClientException if that may not be done by hand
  static void check(String operation, ResourceKey key) {
    ResourceKind kind = key.kind();
    if (kind == ResourceKind.CLUSTER_INFORMATION) {
      throw ClientException.unsupported(operation, kind, "resource is readonly");
    }
    if (OF_IPAM.contains(kind)) {
      throw ClientException.unsupported(operation, kind, "only IPAM writes it");
    }
    if (isOfKubernetes(key)) {
      throw ClientException.unsupported(operation, key, OF_KUBERNETES);
    }
    boolean isNew = operation.equals("create") || operation.equals("apply");
    if (key.equals(ALLOW_ALL.key()) && !isNew) {
      throw ClientException.unsupported(operation, key, "the profile is built in");
    }
    if (kind == ResourceKind.TIER
        && operation.equals("delete")
        && ReferenceCheck.FIXED_TIERS.contains(key.name())) {
      throw ClientException.unsupported(operation, key, "every cluster has this tier");
    }
  }
}
