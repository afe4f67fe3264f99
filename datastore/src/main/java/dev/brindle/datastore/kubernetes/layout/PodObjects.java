// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.PodNotes;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What pods and namespaces say besides what their endpoint and profile hold.
public final class PodObjects {

  private static final String CNI = "cni.projectcalico.org/";
  private static final Set<String> NOTED =
      Set.of(CNI + "podIP", CNI + "podIPs", CNI + "containerID");

  private PodObjects() {}

  /// @param namespace absent if it went while the pod was looked at
  public static PodNotes notes(ObjectNode pod, Optional<ObjectNode> namespace) {
    return new PodNotes(
        texts(pod, "annotations"),
        namespace.map(found -> texts(found, "annotations")).orElse(Map.of()),
        namespace.map(found -> texts(found, "labels")).orElse(Map.of()),
        PodEndpoints.read(pod, new ArrayList<>())); // who lists pods says what is left out
  }

  /// What a pod asks of the CNI plugin; not what that has noted itself.
  public static Map<String, String> asks(ObjectNode pod) {
    Map<String, String> asks = texts(pod, "annotations");
    asks.keySet().removeIf(key -> !key.startsWith(CNI) || NOTED.contains(key));
    return Map.copyOf(asks);
  }

  /// As `notes`, of a pod that says nothing.
  public static PodNotes namespaceNotes(ObjectNode namespace) {
    Map<String, String> asks = texts(namespace, "annotations");
    asks.keySet().removeIf(key -> !key.startsWith(CNI));
    return new PodNotes(Map.of(), asks, texts(namespace, "labels"));
  }

  private static Map<String, String> texts(ObjectNode object, String field) {
    return Json.texts(object.path("metadata").path(field));
  }
}
