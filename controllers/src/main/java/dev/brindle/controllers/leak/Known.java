// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who there is to use addresses: pods, and the nodes they are on. Kubernetes says so. IPAM has
/// nodes by Calico's names, which may be others.
public final class Known {

  private static final String KUBERNETES = "k8s";

  private record PodName(String namespace, String name) {}

  private final Map<PodName, List<PodUse>> pods = new HashMap<>();

  /// By Calico's name, the one in Kubernetes.
  private final Map<String, String> nodes = new HashMap<>();

  /// Nodes that Kubernetes has no say about.
  private final Set<String> strangers = new HashSet<>();

  /// @param calicos nodes as Calico has them; one without a word of Kubernetes is not Kubernetes'
  /// @param kubernetes names of all nodes that it has
  public Known(
      Collection<PodUse> uses, Collection<CalicoNode> calicos, Collection<String> kubernetes) {
    Map<String, String> others = new HashMap<>();
    Set<String> there = Set.copyOf(kubernetes);
    there.forEach(name -> nodes.put(name, name));
    for (CalicoNode node : calicos) {
      String name = node.metadata().name();
      Optional<String> reference = inKubernetes(node);
      if (reference.isEmpty()) {
        strangers.add(name);
      } else if (!there.contains(reference.get())) {
        nodes.remove(name);
      } else if (!reference.get().equals(name)) {
        others.put(reference.get(), name);
      }
    }
    others.forEach((reference, name) -> nodes.put(name, reference));
    for (PodUse use : uses) {
      pods.computeIfAbsent(new PodName(use.namespace(), use.pod()), _ -> new ArrayList<>())
          .add(use.onNode(others.getOrDefault(use.node(), use.node())));
    }
  }

  /// What Kubernetes calls a node; empty if it is none of Kubernetes'.
  public static Optional<String> inKubernetes(CalicoNode node) {
    return node.spec().orchRefs().stream()
        .filter(reference -> reference.orchestrator().equals(KUBERNETES))
        .map(CalicoNode.OrchRef::nodeName)
        .findFirst();
  }

  boolean hasNode(String name) {
    return nodes.containsKey(name) || strangers.contains(name);
  }

  boolean isStranger(String node) {
    return strangers.contains(node);
  }

  /// What Kubernetes calls a node of Calico's, which may be gone.
  public String inKubernetes(String node) {
    return nodes.getOrDefault(node, node);
  }

  /// Whether a pod may have an address.
  boolean mayHave(String namespace, String pod, String node, IpAddress address) {
    return pods.getOrDefault(new PodName(namespace, pod), List.of()).stream()
        .filter(use -> node.isEmpty() || use.node().equals(node))
        .anyMatch(use -> use.mayHave(address));
  }
}
