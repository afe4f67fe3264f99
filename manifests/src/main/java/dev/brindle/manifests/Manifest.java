// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Comparator;
import java.util.List;

/// One object, and what is said beside its fields.
record Manifest(HasMetadata object, Remarks remarks) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /// What people look for first, and what is long; all else in between.
  private static final List<String> FIRST =
      List.of(
          "apiVersion",
          "kind",
          "metadata",
          "name",
          "namespace",
          "image",
          "imagePullPolicy",
          "command",
          "envFrom",
          "env");

  private static final List<String> LAST = List.of("initContainers", "containers", "volumes");

  static Manifest of(HasMetadata object) {
    return new Manifest(object, new Remarks());
  }

  /// As the API has it.
  ObjectNode tree() {
    ObjectNode tree = JSON.valueToTree(object);
    tree.remove("status"); // some of the classes say an empty one
    return (ObjectNode) ordered(tree);
  }

  private static JsonNode ordered(JsonNode node) {
    if (node instanceof ArrayNode list) {
      ArrayNode all = JSON.createArrayNode();
      list.forEach(item -> all.add(ordered(item)));
      return all;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode all = JSON.createObjectNode();
    object.properties().stream()
        .sorted(Comparator.comparingInt(field -> rank(field.getKey())))
        .forEach(field -> all.set(field.getKey(), ordered(field.getValue())));
    return all;
  }

  private static int rank(String field) {
    int first = FIRST.indexOf(field);
    return first >= 0 ? first - FIRST.size() : LAST.indexOf(field) + 1;
  }

  /// `DaemonSet/brindle-node`.
  String name() {
    return "%s/%s".formatted(object.getKind(), object.getMetadata().getName());
  }

  String yaml() {
    return YamlText.of(tree(), remarks);
  }

  /// The same object, anything else said.
  static String yaml(JsonNode tree) {
    return YamlText.of(tree, new Remarks());
  }
}
