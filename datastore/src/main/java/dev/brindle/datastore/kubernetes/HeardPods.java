// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import dev.brindle.datastore.kubernetes.layout.PodObjects;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What feeds have heard of pods and namespaces besides what endpoints and profiles hold, for who
/// cannot ask now. Most pods say nothing, and are not kept. Feeds change it, anybody reads it.
final class HeardPods {

  /// Of those pods that ask for something.
  private final Map<ObjectName, Map<String, String>> pods = new ConcurrentHashMap<>();

  private final Map<ObjectName, PodNotes> namespaces = new ConcurrentHashMap<>();

  void hear(ApiResource objects, ObjectNode object, boolean isGone) {
    ObjectName name = ObjectName.of(object);
    if (isGone) {
      forget(objects, name);
    } else if (objects.equals(ApiResource.PODS)) {
      Map<String, String> asks = PodObjects.asks(object);
      if (asks.isEmpty()) {
        pods.remove(name);
      } else {
        pods.put(name, asks);
      }
    } else if (objects.equals(ApiResource.NAMESPACES)) {
      namespaces.put(name, PodObjects.namespaceNotes(object));
    }
  }

  void forget(ApiResource objects, ObjectName name) {
    if (objects.equals(ApiResource.PODS)) {
      pods.remove(name);
    } else if (objects.equals(ApiResource.NAMESPACES)) {
      namespaces.remove(name);
    }
  }

  /// @return empty if nothing was heard of the namespace
  Optional<PodNotes> notes(String namespace, String pod) {
    return Optional.ofNullable(namespaces.get(new ObjectName("", namespace)))
        .map(
            notes ->
                new PodNotes(
                    pods.getOrDefault(new ObjectName(namespace, pod), Map.of()),
                    notes.namespaceAnnotations(),
                    notes.namespaceLabels()));
  }
}
