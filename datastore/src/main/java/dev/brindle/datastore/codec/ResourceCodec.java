// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Resources to text and back.
///
/// There are two readers: a strict one for what people write, and a lenient one for what is stored,
/// which may have been written by a newer version.
public final class ResourceCodec {

  /// The group and version of every kind.
  public static final String API_VERSION = "projectcalico.org/v3";

  private ResourceCodec() {}

  /// Reads what a person wrote: YAML or JSON, one or more documents, lists expanded.
  ///
  /// @return in the order they are written; names and namespaces may be missing
  /// @throws ResourceFormatException if anything is unknown, repeated, missing or malformed
  public static List<Resource> read(String text) {
    return readPlaced(text).stream().map(PlacedResource::resource).toList();
  }

  /// As `read`, with the place of each.
  public static List<PlacedResource> readPlaced(String text) {
    return StrictReader.read(text);
  }

  /// The documents of a text as they stand, for those that are no resources yet.
  ///
  /// @throws ResourceFormatException if it is neither YAML nor JSON
  public static List<Document> documents(String text) {
    return Documents.of(text);
  }

  /// Reads what `stored` wrote, or a later version of it: fields we do not know are left out.
  ///
  /// @throws ResourceFormatException if it is no such resource
  public static Resource readStored(ResourceKind kind, String json) {
    try {
      return ResourceMapper.lenient(kind).readValue(json);
    } catch (JsonProcessingException e) {
      throw ReadFault.of(e).inStore();
    }
  }

  /// The same from a tree, for stores that hold more than a resource in one object.
  ///
  /// @throws ResourceFormatException if it is no such resource
  public static Resource readStored(ResourceKind kind, ObjectNode tree) {
    try {
      return ResourceMapper.lenient(kind).readValue(tree);
    } catch (JsonProcessingException e) {
      throw ReadFault.of(e).inStore();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What `stored` writes as text, with the revision.
  public static ObjectNode tree(Resource resource) {
    return ResourceTree.of(resource);
  }

  /// JSON in one line, without the revision: the store knows it better.
  public static String stored(Resource resource) {
    Resource bare = resource.withMetadata(resource.metadata().withResourceVersion(""));
    String text = ResourceMapper.text(bare);
    return "{\"kind\":\"%s\",\"apiVersion\":\"%s\",".formatted(bare.kind().kindName(), API_VERSION)
        + text.substring(1);
  }

  /// A tree that is to be stored, as `stored` would have written it.
  public static String stored(ObjectNode tree) {
    return ResourceMapper.text(tree);
  }

  /// JSON in many lines, fields in their own order; no newline at the end.
  public static String json(Resource resource) {
    return PrettyJson.of(ResourceTree.of(resource));
  }

  public static String json(ResourceList list) {
    return PrettyJson.of(ResourceTree.of(list));
  }

  /// An array, for several answers to one question.
  public static String json(List<? extends Resource> resources) {
    return PrettyJson.of(ResourceTree.of(resources));
  }

  /// JSON in one line with every field that the kind has, null or empty where it is not given.
  public static String completeJson(Resource resource) {
    return ResourceTree.complete(resource).toString();
  }

  /// YAML with sorted keys, quotes only where needed and a newline at the end.
  public static String yaml(Resource resource) {
    return yaml(ResourceTree.of(resource));
  }

  public static String yaml(ResourceList list) {
    return yaml(ResourceTree.of(list));
  }

  /// A sequence, for several answers to one question.
  public static String yaml(List<? extends Resource> resources) {
    return yaml(ResourceTree.of(resources));
  }

  private static String yaml(JsonNode tree) {
    return YamlText.of(tree);
  }
}
