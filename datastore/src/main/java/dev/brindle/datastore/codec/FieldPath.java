// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;

/// Paths as people write them: `spec.ingress[0].protocol`.
final class FieldPath {

  private FieldPath() {}

  /// What stands there; names of fields are compared as the strict reader does, by no case.
  static JsonNode find(JsonNode root, JsonPointer path) {
    if (path.matches()) {
      return root;
    }
    if (root.isArray()) {
      return find(root.path(path.getMatchingIndex()), path.tail());
    }
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equalsIgnoreCase(path.getMatchingProperty())) {
        return find(field.getValue(), path.tail());
      }
    }
    return MissingNode.getInstance();
  }

  static String text(JsonPointer path) {
    StringBuilder text = new StringBuilder();
    for (JsonPointer rest = path; !rest.matches(); rest = rest.tail()) {
      if (rest.mayMatchElement()) {
        text.append('[').append(rest.getMatchingIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(rest.getMatchingProperty());
      }
    }
    return text.toString();
  }
}
