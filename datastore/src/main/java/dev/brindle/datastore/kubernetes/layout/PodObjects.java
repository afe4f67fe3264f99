// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.PodNotes;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;

/// What pods and namespaces say besides what their endpoint and profile hold.
public final class PodObjects {

  private PodObjects() {}

  /// @param namespace absent if it went while the pod was looked at
  public static PodNotes notes(ObjectNode pod, Optional<ObjectNode> namespace) {
    return new PodNotes(
        texts(pod, "annotations"),
        namespace.map(found -> texts(found, "annotations")).orElse(Map.of()),
        namespace.map(found -> texts(found, "labels")).orElse(Map.of()),
        PodEndpoints.read(pod, new ArrayList<>())); // who lists pods says what is left out
  }

  private static Map<String, String> texts(ObjectNode object, String field) {
    return Json.texts(object.path("metadata").path(field));
  }
}
