// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.Map;
import java.util.Optional;

/// What is said of a pod besides its endpoint, for whoever plugs it in.
///
/// @param annotations of the pod
/// @param namespaceAnnotations of its namespace
/// @param namespaceLabels of its namespace
/// @param endpoint what the pod says of its endpoint: labels, ports, service account; empty for a
///     pod without a network of its own
public record PodNotes(
    Map<String, String> annotations,
    Map<String, String> namespaceAnnotations,
    Map<String, String> namespaceLabels,
    Optional<WorkloadEndpoint> endpoint) {

  public static final PodNotes NONE = new PodNotes(Map.of(), Map.of(), Map.of());

  /// Of which no endpoint is known.
  public PodNotes(
      Map<String, String> annotations,
      Map<String, String> namespaceAnnotations,
      Map<String, String> namespaceLabels) {
    this(annotations, namespaceAnnotations, namespaceLabels, Optional.empty());
  }

  public PodNotes {
    annotations = Map.copyOf(annotations);
    namespaceAnnotations = Map.copyOf(namespaceAnnotations);
    namespaceLabels = Map.copyOf(namespaceLabels);
  }

  /// The pod's own word. An empty one is one.
  public Optional<String> ofPod(String key) {
    return Optional.ofNullable(annotations.get(key));
  }

  /// The pod's word, else its namespace's.
  public Optional<String> ofPodOrNamespace(String key) {
    return ofPod(key).or(() -> Optional.ofNullable(namespaceAnnotations.get(key)));
  }
}
