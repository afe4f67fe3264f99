// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.StagedAction;
import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedKubernetesNetworkPolicy;
import dev.brindle.api.resource.StagedNetworkPolicy;
import dev.brindle.datastore.kubernetes.layout.StagedPolicies;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What staged policies would change if they were put in force.
public final class StagedEffect {

  public static final Set<ResourceKind> KINDS =
      Set.of(
          ResourceKind.STAGED_NETWORK_POLICY,
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY,
          ResourceKind.STAGED_KUBERNETES_NETWORK_POLICY);

  private StagedEffect() {}

  /// @param staged of these kinds; those that ask for nothing say nothing
  /// @param present what is in force
  /// @param complaints is told what of them means nothing, and why
  public static List<Difference> ifInForce(
      Collection<Resource> staged, Collection<Resource> present, List<String> complaints) {
    Map<ResourceKey, Resource> inForce =
        present.stream().collect(Collectors.toMap(Resource::key, Function.identity()));
    List<Difference> differences = new ArrayList<>();
    for (Resource resource : staged) {
      List<String> said = new ArrayList<>();
      try {
        of(resource, inForce, said).ifPresent(differences::add);
      } catch (IllegalArgumentException e) {
        said.add("it means nothing: " + e.getMessage());
      }
      said.forEach(each -> complaints.add("%s: %s".formatted(resource.key(), each)));
    }
    return differences;
  }

  private static Optional<Difference> of(
      Resource resource, Map<ResourceKey, Resource> inForce, List<String> complaints) {
    Metadata name = resource.metadata();
    return switch (resource) {
      case StagedNetworkPolicy(_, var spec) ->
          difference(
              new ResourceKey(ResourceKind.NETWORK_POLICY, name.namespace(), name.name()),
              spec.stagedAction(),
              new NetworkPolicy(name, spec.policy()),
              inForce);
      case StagedGlobalNetworkPolicy(_, var spec) ->
          difference(
              ResourceKey.of(ResourceKind.GLOBAL_NETWORK_POLICY, name.name()),
              spec.stagedAction(),
              new GlobalNetworkPolicy(name, spec.policy()),
              inForce);
      case StagedKubernetesNetworkPolicy kubernetes ->
          difference(
              StagedPolicies.key(kubernetes),
              kubernetes.spec().stagedAction(),
              StagedPolicies.inForce(kubernetes, complaints),
              inForce);
      default -> Optional.empty();
    };
  }

  private static Optional<Difference> difference(
      ResourceKey key, StagedAction action, Resource policy, Map<ResourceKey, Resource> inForce) {
    Optional<Resource> before = Optional.ofNullable(inForce.get(key));
    return switch (action) {
      case SET -> Optional.of(new Difference(key, before, Optional.of(policy)));
      case DELETE -> Optional.of(new Difference(key, before, Optional.empty()));
      case LEARN, IGNORE -> Optional.empty();
    };
  }
}
