// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.resource.CalicoNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The labels of a node in Calico: those that Kubernetes' node has, and those that people gave it
/// in Calico. Which came from Kubernetes is noted on it, so that they go when they go there.
public final class NodeLabels {

  /// A JSON object. A node that is made from Kubernetes' own carries that one's labels in it.
  static final String NOTE = "projectcalico.org/kube-labels";

  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {};

  private NodeLabels() {}

  /// @param calico as it is stored in Calico
  /// @param kubernetes the same node, made from Kubernetes'
  /// @return empty if nothing is to be changed
  public static Optional<CalicoNode> synced(CalicoNode calico, CalicoNode kubernetes) {
    Map<String, String> wanted = noted(kubernetes);
    Map<String, String> labels = new HashMap<>(calico.metadata().labels());
    labels.keySet().removeAll(noted(calico).keySet());
    labels.putAll(wanted);
    Map<String, String> annotations = new HashMap<>(calico.metadata().annotations());
    annotations.put(NOTE, text(wanted));
    boolean isSame =
        labels.equals(calico.metadata().labels())
            && noted(calico).equals(wanted)
            && calico.metadata().annotations().containsKey(NOTE);
    return isSame
        ? Optional.empty()
        : Optional.of(
            calico.withMetadata(calico.metadata().withLabels(labels).withAnnotations(annotations)));
  }

  /// None if there is no note, or none that can be read.
  private static Map<String, String> noted(CalicoNode node) {
    String note = node.metadata().annotations().getOrDefault(NOTE, "");
    try {
      Map<String, String> read = note.isEmpty() ? null : JSON.readValue(note, TEXTS);
      return read == null ? Map.of() : read;
    } catch (JsonProcessingException _) {
      return Map.of();
    }
  }

  private static String text(Map<String, String> labels) {
    try {
      return JSON.writeValueAsString(new TreeMap<>(labels));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }
}
