// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import java.util.List;

/// Resources as JSON trees, each with its kind and version in front.
final class ResourceTree {

  private ResourceTree() {}

  static ObjectNode of(Resource resource) {
    ObjectNode tree = head(resource.kind().kindName());
    tree.setAll(ResourceMapper.tree(resource));
    return tree;
  }

  /// With every field that the kind has, empty or not.
  static ObjectNode complete(Resource resource) {
    ObjectNode tree = head(resource.kind().kindName());
    tree.setAll(ResourceMapper.completeTree(resource));
    return tree;
  }

  static ObjectNode of(ResourceList list) {
    ObjectNode tree = head(list.kind().kindName() + StrictReader.LIST);
    ObjectNode metadata = tree.putObject("metadata");
    if (!list.resourceVersion().isEmpty()) {
      metadata.put("resourceVersion", list.resourceVersion());
    }
    tree.set("items", of(list.items()));
    return tree;
  }

  static JsonNode of(List<? extends Resource> resources) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(resources.size());
    resources.forEach(resource -> array.add(of(resource)));
    return array;
  }

  private static ObjectNode head(String kind) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", kind)
        .put("apiVersion", ResourceCodec.API_VERSION);
  }
}
