// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// YAML as people write it, with remarks before fields and lines of a template in between.
final class YamlText {

  /// What every reader takes for text, and for nothing else.
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/]([A-Za-z0-9_./@=:-]*[A-Za-z0-9/])?");

  private static final List<String> WORDS =
      List.of("true", "false", "yes", "no", "on", "off", "null", "y", "n");
  private static final String STEP = "  ";

  private final Remarks remarks;
  private final StringBuilder text = new StringBuilder();

  private YamlText(Remarks remarks) {
    this.remarks = remarks;
  }

  /// A value that a template engine puts in: it stands as it is.
  record Expression(String text) {}

  /// Lines for a template engine, in the place of fields or of an item.
  record Lines(String text) {}

  static String of(JsonNode tree, Remarks remarks) {
    var yaml = new YamlText(remarks);
    yaml.fields(tree, "", "");
    return yaml.text.toString();
  }

  /// A document that is a list.
  static String list(JsonNode items) {
    var yaml = new YamlText(new Remarks());
    yaml.items(items, "", "");
    return yaml.text.toString();
  }

  private void fields(JsonNode object, String indent, String place) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      String inside = place.isEmpty() ? field.getKey() : place + "." + field.getKey();
      remark(indent, inside);
      if (field.getKey().isEmpty() && lines(field.getValue()) instanceof Lines(var template)) {
        template.lines().forEach(line -> text.append(indent).append(line).append('\n'));
        continue;
      }
      text.append(indent).append(scalar(field.getKey())).append(':');
      value(field.getValue(), indent, inside);
    }
    remark(indent, place + ".");
  }

  /// What follows a colon.
  private void value(JsonNode value, String indent, String place) {
    if (value.isObject() && !value.isEmpty()) {
      text.append('\n');
      fields(value, indent + STEP, place);
    } else if (value.isArray() && !value.isEmpty()) {
      text.append('\n');
      items(value, indent, place);
    } else if (lines(value) instanceof Lines(var template)) {
      text.append('\n');
      template.lines().forEach(line -> text.append(indent).append(STEP).append(line).append('\n'));
    } else {
      leaf(value, indent);
    }
  }

  private void items(JsonNode list, String indent, String place) {
    int number = 0;
    for (JsonNode item : list) {
      String name = item.path("name").asText(Integer.toString(number));
      String inside = "%s[%s]".formatted(place, name);
      remark(indent, inside);
      if (lines(item) instanceof Lines(var template)) {
        template.lines().forEach(line -> text.append(indent).append(line).append('\n'));
      } else if (item.isObject() && !item.isEmpty()) {
        var object = new YamlText(remarks);
        object.fields(item, indent + STEP, inside);
        text.append(firstOf(object.text.toString(), indent));
      } else {
        text.append(indent).append('-');
        leaf(item, indent);
      }
      number++;
    }
    remark(indent, place + "[]");
  }

  /// The dash takes the place of the first field's indentation, after what is said of it.
  private static String firstOf(String fields, String indent) {
    int start = 0;
    while (fields.startsWith("#", start + indent.length() + STEP.length())) {
      start = fields.indexOf('\n', start) + 1;
    }
    int dash = start + indent.length();
    return fields.substring(0, dash) + "- " + fields.substring(dash + STEP.length());
  }

  private static Object lines(JsonNode node) {
    return node instanceof POJONode template ? template.getPojo() : "";
  }

  private void leaf(JsonNode value, String indent) {
    if (lines(value) instanceof Expression(var template)) {
      text.append(' ').append(template).append('\n');
    } else if (value.isTextual() && value.asText().contains("\n")) {
      block(value.asText(), indent + STEP);
    } else if (value.isTextual()) {
      text.append(' ').append(scalar(value.asText())).append('\n');
    } else {
      text.append(' ').append(value).append('\n'); // numbers, truths, {} and []
    }
  }

  private void block(String value, String indent) {
    text.append(value.endsWith("\n") ? " |\n" : " |-\n");
    value
        .lines()
        .forEach(line -> text.append(line.isEmpty() ? "" : indent).append(line).append('\n'));
  }

  private static String scalar(String value) {
    boolean isPlain =
        PLAIN.matcher(value).matches() && !WORDS.contains(value.toLowerCase(Locale.ROOT));
    return isPlain ? value : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private void remark(String indent, String place) {
    remarks
        .of(place)
        .lines()
        .forEach(
            line ->
                text.append(indent).append(line.isEmpty() ? "#" : "# ").append(line).append('\n'));
  }
}
