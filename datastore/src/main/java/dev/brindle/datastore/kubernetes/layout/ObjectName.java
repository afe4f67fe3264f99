// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;

/// What an object is found by in its collection.
///
/// @param namespace empty for what has none
public record ObjectName(String namespace, String name) {

  public static ObjectName of(String name) {
    return new ObjectName("", name);
  }

  public static ObjectName of(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return new ObjectName(metadata.path("namespace").asText(""), metadata.path("name").asText(""));
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
