// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// Turns YAML's nodes into a JSON tree. Aliases become copies, so their number and depth count
/// again here.
final class YamlTree {

  private static final int MAX_NODES = 1_000_000;
  private static final Set<String> TRUE = Set.of("yes", "true", "on");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private int nodes;

  private YamlTree() {}

  static JsonNode of(Node root) {
    return new YamlTree().tree(root, 0);
  }

  private JsonNode tree(Node node, int depth) {
    nodes++;
    if (nodes > MAX_NODES) {
      throw fault(node, "more than %d values, aliases counted".formatted(MAX_NODES));
    }
    if (depth > Documents.MAX_DEPTH) {
      throw fault(node, "nested deeper than %d, aliases counted".formatted(Documents.MAX_DEPTH));
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence -> array(sequence.getValue(), depth);
      case MappingNode mapping -> object(mapping, depth);
      default -> throw fault(node, "cannot be read");
    };
  }

  private ArrayNode array(List<Node> values, int depth) {
    ArrayNode array = JSON.arrayNode(values.size());
    values.forEach(value -> array.add(tree(value, depth + 1)));
    return array;
  }

  private ObjectNode object(MappingNode mapping, int depth) {
    ObjectNode object = JSON.objectNode();
    for (NodeTuple field : mapping.getValue()) {
      if (!(field.getKeyNode() instanceof ScalarNode key)) {
        throw fault(field.getKeyNode(), "the name of a field must be text");
      }
      if (key.getTag().equals(Tag.MERGE)) {
        continue;
      }
      if (object.has(key.getValue())) {
        throw fault(key, "field \"%s\" is given twice".formatted(key.getValue()));
      }
      object.set(key.getValue(), tree(field.getValueNode(), depth + 1));
    }
    mapping.getValue().stream()
        .filter(field -> field.getKeyNode().getTag().equals(Tag.MERGE))
        .forEach(field -> merge(field.getValueNode(), object, depth));
    return object;
  }

  /// `<<: *other`: fields that the object does not give itself.
  private void merge(Node node, ObjectNode into, int depth) {
    JsonNode merged = tree(node, depth + 1);
    Iterable<JsonNode> parts = merged.isArray() ? merged : List.of(merged);
    for (JsonNode part : parts) {
      if (!(part instanceof ObjectNode fields)) {
        throw fault(node, "only fields can be merged");
      }
      for (var field : fields.properties()) {
        into.putIfAbsent(field.getKey(), field.getValue());
      }
    }
  }

  private static JsonNode scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return JSON.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return JSON.booleanNode(TRUE.contains(text.toLowerCase(Locale.ROOT)));
    }
    if (tag.equals(Tag.INT) && CoreScalars.WHOLE.matcher(text).matches()) {
      return whole(text);
    }
    if (tag.equals(Tag.FLOAT) && CoreScalars.FRACTION.matcher(text).matches()) {
      return JSON.numberNode(Double.parseDouble(text));
    }
    if (tag.equals(Tag.STR)) {
      return JSON.textNode(text);
    }
    throw fault(scalar, "'%s' is not of the type %s".formatted(text, tag));
  }

  /// Too large a number stays text: a field that wants a number refuses it, a label keeps it.
  private static JsonNode whole(String text) {
    try {
      long value = Long.parseLong(text);
      return (int) value == value ? JSON.numberNode((int) value) : JSON.numberNode(value);
    } catch (NumberFormatException _) {
      return JSON.textNode(text);
    }
  }

  private static ResourceFormatException fault(Node node, String reason) {
    return new ResourceFormatException(YamlReader.place(node.getStartMark()) + reason);
  }
}
