// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/// YAML as calicoctl prints it: keys sorted, quotes only where text would read as something else.
final class YamlText {

  /// YAML 1.1, whose readers take the most words for something else than text.
  private static final Resolver CAUTIOUS = new Resolver();

  private YamlText() {}

  static String of(JsonNode tree) {
    DumperOptions style = new DumperOptions();
    style.setDefaultFlowStyle(FlowStyle.BLOCK);
    style.setSplitLines(false);
    style.setWidth(Integer.MAX_VALUE);
    StringWriter out = new StringWriter();
    new Yaml(style).serialize(node(tree), out);
    return out.toString();
  }

  private static Node node(JsonNode tree) {
    return switch (tree.getNodeType()) {
      case OBJECT -> mapping(tree);
      case ARRAY -> sequence(tree);
      case STRING -> text(tree.textValue());
      case BOOLEAN -> scalar(Tag.BOOL, tree.asText(), ScalarStyle.PLAIN);
      case NUMBER ->
          scalar(tree.isIntegralNumber() ? Tag.INT : Tag.FLOAT, tree.asText(), ScalarStyle.PLAIN);
      case BINARY, MISSING, NULL, POJO -> scalar(Tag.NULL, "null", ScalarStyle.PLAIN);
    };
  }

  private static Node mapping(JsonNode object) {
    List<NodeTuple> fields = new ArrayList<>();
    object.properties().stream()
        .sorted(Comparator.comparing(Map.Entry::getKey))
        .map(field -> new NodeTuple(text(field.getKey()), node(field.getValue())))
        .forEach(fields::add);
    FlowStyle style = fields.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
    return new MappingNode(Tag.MAP, fields, style);
  }

  private static Node sequence(JsonNode array) {
    List<Node> values = new ArrayList<>();
    array.forEach(value -> values.add(node(value)));
    FlowStyle style = values.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK;
    return new SequenceNode(Tag.SEQ, values, style);
  }

  private static Node text(String text) {
    boolean readsAsText = CAUTIOUS.resolve(NodeId.scalar, text, true).equals(Tag.STR);
    if (text.indexOf('\n') >= 0) {
      return scalar(Tag.STR, text, ScalarStyle.LITERAL);
    }
    return scalar(Tag.STR, text, readsAsText ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
  }

  private static Node scalar(Tag tag, String text, ScalarStyle style) {
    return new ScalarNode(tag, text, null, null, style);
  }
}
