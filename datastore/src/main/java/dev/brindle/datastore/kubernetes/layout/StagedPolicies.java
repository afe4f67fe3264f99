// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.List;

/// What a policy that is staged in Kubernetes' words would be in force: what Kubernetes' own
/// NetworkPolicy of that name is.
public final class StagedPolicies {

  private StagedPolicies() {}

  /// Which policy it would replace or remove.
  public static ResourceKey key(StagedKubernetesNetworkPolicy staged) {
    Metadata metadata = staged.metadata();
    return new ResourceKey(
        ResourceKind.NETWORK_POLICY,
        metadata.namespace(),
        KubernetesPolicies.PREFIX + metadata.name());
  }

  /// @param complaints is told which rules are left out, and why
  /// @throws IllegalArgumentException if it cannot be said which pods it is for
  public static NetworkPolicy inForce(
      StagedKubernetesNetworkPolicy staged, List<String> complaints) {
    Metadata metadata = staged.metadata();
    ObjectNode object = Json.object();
    object
        .putObject("metadata")
        .put("namespace", metadata.namespace())
        .put("name", metadata.name())
        .put("creationTimestamp", metadata.creationTimestamp());
    object.set("spec", ResourceCodec.tree(staged).path("spec"));
    return KubernetesPolicies.read(object, complaints);
  }
}
