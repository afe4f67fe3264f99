// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// What makes one object another, as a JSON patch (RFC 6902). Lists of another length are replaced.
final class Differences {

  private final ArrayNode steps = JsonNodeFactory.instance.arrayNode();

  private Differences() {}

  static ArrayNode between(JsonNode one, JsonNode other) {
    var differences = new Differences();
    differences.compare(one, other, "");
    return differences.steps;
  }

  private void compare(JsonNode one, JsonNode other, String path) {
    if (one.equals(other)) {
      return;
    }
    if (one.isObject() && other.isObject()) {
      one.fieldNames()
          .forEachRemaining(
              name -> {
                if (!other.has(name)) {
                  step("remove", path + "/" + escaped(name));
                }
              });
      other
          .properties()
          .forEach(
              field -> {
                String inside = path + "/" + escaped(field.getKey());
                if (one.has(field.getKey())) {
                  compare(one.path(field.getKey()), field.getValue(), inside);
                } else {
                  step("add", inside).set("value", field.getValue());
                }
              });
    } else if (one.isArray() && other.isArray() && one.size() == other.size()) {
      for (int i = 0; i < one.size(); i++) {
        compare(one.path(i), other.path(i), path + "/" + i);
      }
    } else {
      step("replace", path).set("value", other);
    }
  }

  private ObjectNode step(String what, String path) {
    return steps.addObject().put("op", what).put("path", path);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
