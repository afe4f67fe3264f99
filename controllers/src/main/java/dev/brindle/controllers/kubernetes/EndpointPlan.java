// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import dev.brindle.api.resource.ResourceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which endpoints say otherwise than their pods. Those of pods that are gone are not ours to
/// remove: CNI does.
public final class EndpointPlan {

  /// An endpoint that is not up to date.
  ///
  /// @param container it was seen in; in another one it is another pod's by now
  public record Stale(ResourceKey endpoint, String container, PodFacts pod) {}

  private record PodName(String namespace, String pod) {

    static PodName of(PodFacts facts) {
      return new PodName(facts.namespace(), facts.pod());
    }
  }

  private EndpointPlan() {}

  /// @param nodes what Kubernetes calls nodes of Calico's, where that is another name
  /// @return in the order of their keys
  public static List<Stale> stale(
      Map<ResourceKey, PodFacts> pods,
      Map<ResourceKey, PodFacts> endpoints,
      Map<String, String> nodes) {
    Map<PodName, Map<ResourceKey, PodFacts>> byPod = new HashMap<>();
    endpoints.forEach(
        (key, facts) ->
            byPod.computeIfAbsent(PodName.of(facts), _ -> new HashMap<>()).put(key, facts));
    List<Stale> stale = new ArrayList<>();
    for (PodFacts pod : pods.values()) {
      Map<ResourceKey, PodFacts> its = byPod.getOrDefault(PodName.of(pod), Map.of());
      its.forEach(
          (key, endpoint) -> {
            if (!pod.isSaidBy(endpoint) && isOf(pod, endpoint, its, nodes)) {
              stale.add(new Stale(key, endpoint.container(), pod));
            }
          });
    }
    stale.sort((one, other) -> one.endpoint().compareTo(other.endpoint()));
    return stale;
  }

  /// A further interface has addresses that Kubernetes does not know: it is known by the container
  /// that it shares with the first.
  private static boolean isOf(
      PodFacts pod,
      PodFacts endpoint,
      Map<ResourceKey, PodFacts> siblings,
      Map<String, String> nodes) {
    if (pod.has(endpoint, kubernetesName(endpoint, nodes))) {
      return true;
    }
    return !endpoint.container().isEmpty()
        && siblings.values().stream()
            .filter(other -> other.container().equals(endpoint.container()))
            .filter(other -> other.node().equals(endpoint.node()))
            .anyMatch(other -> pod.has(other, kubernetesName(other, nodes)));
  }

  private static String kubernetesName(PodFacts endpoint, Map<String, String> nodes) {
    return nodes.getOrDefault(endpoint.node(), endpoint.node());
  }
}
