// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import static dev.brindle.datastore.kubernetes.manifest.RecordSchema.KEPT;
import static dev.brindle.datastore.kubernetes.manifest.RecordSchema.numberOrText;
import static dev.brindle.datastore.kubernetes.manifest.RecordSchema.typed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.validation.FelixField;
import java.util.List;
import java.util.TreeSet;

/// The schema of felix's settings, by the table of its fields.
final class FelixSchema {

  private static final int LAST_PORT = 65_535;
  private static final long LAST_UINT32 = 4_294_967_295L;
  private static final int MOST_NODE_PORTS = 7;
  private static final int LONGEST_SELECTOR = 1024;
  private static final int LONGEST_REGION = 46;

  private FelixSchema() {}

  static ObjectNode spec() {
    ObjectNode schema = typed("object");
    ObjectNode properties = schema.putObject("properties");
    for (String name : new TreeSet<>(FelixField.names())) {
      properties.set(name, of(FelixField.named(name)));
    }
    return schema.put(KEPT, true);
  }

  private static ObjectNode of(FelixField field) {
    return switch (field.form()) {
      case BOOL -> typed("boolean");
      case TEXT, REGEX, IPV4, IPV6 -> typed("string");
      case CIDRS, IPV4_CIDRS -> list(typed("string"));
      case INT -> bounded(field);
      case UINT32 -> number(0, LAST_UINT32).put("format", "int64");
      case DURATION -> typed("string").put("pattern", SchemaLimits.DURATION);
      case PORT -> number(0, LAST_PORT);
      case PORTS_TEXT, DSCP -> numberOrText();
      case NODE_PORTS -> list(numberOrText()).put("maxItems", MOST_NODE_PORTS);
      case CHOICE ->
          typed("string").put("pattern", "(?i)^(" + String.join("|", field.arguments()) + ")?$");
      case EXACTLY -> choices(field, List.of());
      case EXACTLY_OR_EMPTY -> choices(field, List.of(""));
      case MATCHING -> matching(field, "|");
      case EACH_MATCHING -> list(matching(field, ""));
      case FAILSAFE -> list(failsafe());
      case TIMEOUTS -> list(timeout());
      case RANGE -> range();
      case RANGES -> list(range());
      case REGION -> typed("string").put("maxLength", LONGEST_REGION);
      case MAP -> typed("object").put(KEPT, true);
      case SELECTOR -> typed("string").put("maxLength", LONGEST_SELECTOR);
    };
  }

  private static ObjectNode choices(FelixField field, List<String> others) {
    ObjectNode schema = typed("string");
    ArrayNode choices = schema.putArray("enum");
    others.forEach(choices::add);
    field.arguments().forEach(choices::add);
    return schema;
  }

  private static ObjectNode matching(FelixField field, String orElse) {
    return typed("string").put("pattern", "^(" + field.arguments().getFirst() + orElse + ")$");
  }

  private static ObjectNode bounded(FelixField field) {
    ObjectNode schema = typed("integer");
    if (!field.arguments().isEmpty()) {
      String[] ends = field.arguments().getFirst().split("\\.\\.", -1);
      schema.put("minimum", Long.parseLong(ends[0]));
      if (!ends[1].isEmpty()) {
        schema.put("maximum", Long.parseLong(ends[1]));
      }
    }
    return schema;
  }

  private static ObjectNode failsafe() {
    ObjectNode properties = typed("object");
    properties
        .putObject("properties")
        .<ObjectNode>set("net", typed("string"))
        .<ObjectNode>set("port", number(0, LAST_PORT))
        .set("protocol", typed("string"));
    properties.putArray("required").add("port");
    return properties.put(KEPT, true);
  }

  private static ObjectNode timeout() {
    ObjectNode schema = typed("object");
    schema
        .putObject("properties")
        .<ObjectNode>set("name", typed("string"))
        .set("timeout", typed("string").put("pattern", SchemaLimits.DURATION));
    schema.putArray("required").add("name").add("timeout");
    return schema.put(KEPT, true);
  }

  private static ObjectNode range() {
    ObjectNode schema = typed("object");
    schema
        .putObject("properties")
        .<ObjectNode>set("max", typed("integer").put("format", "int64"))
        .set("min", typed("integer").put("format", "int64"));
    schema.putArray("required").add("min").add("max");
    return schema.put(KEPT, true);
  }

  private static ObjectNode number(long min, long max) {
    return typed("integer").put("minimum", min).put("maximum", max);
  }

  private static ObjectNode list(ObjectNode items) {
    ObjectNode schema = typed("array");
    schema.set("items", items);
    return schema;
  }
}
