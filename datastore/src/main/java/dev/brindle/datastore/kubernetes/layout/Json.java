// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Trees of JSON: of objects, and of what they hold as text in annotations.
final class Json {

  private static final JsonMapper MAPPER = new JsonMapper();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /// Empty if there is no such object in the text.
  static Optional<ObjectNode> object(String text) {
    return parse(text).filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast);
  }

  /// Empty if there is no list in the text.
  static Optional<ArrayNode> array(String text) {
    return parse(text).filter(ArrayNode.class::isInstance).map(ArrayNode.class::cast);
  }

  private static Optional<JsonNode> parse(String text) {
    try {
      return Optional.of(MAPPER.readTree(text));
    } catch (JsonProcessingException _) {
      return Optional.empty(); // who asked says what that means
    }
  }

  static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  /// The texts of an object of texts, by name.
  static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new TreeMap<>();
    object.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }

  static List<String> list(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  static ObjectNode object(Map<String, String> texts) {
    ObjectNode object = object();
    new TreeMap<>(texts).forEach(object::put);
    return object;
  }

  /// Sets what is not empty.
  static void put(ObjectNode object, String field, String value) {
    if (!value.isEmpty()) {
      object.put(field, value);
    }
  }
}
