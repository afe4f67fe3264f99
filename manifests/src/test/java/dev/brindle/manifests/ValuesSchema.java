// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// As much of JSON Schema as the chart's has: a word that is not known here is a fault of the
/// schema, not passed over.
final class ValuesSchema {

  private static final Set<String> SILENT = Set.of("$schema", "description", "properties");

  private ValuesSchema() {}

  /// @param path of the value, for people
  /// @return what is not as it should be
  static List<String> problems(JsonNode schema, JsonNode value, String path) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> word : schema.properties()) {
      JsonNode rule = word.getValue();
      boolean isMet =
          SILENT.contains(word.getKey())
              || switch (word.getKey()) {
                case "type" -> isOf(rule.asText(), value);
                case "enum" ->
                    StreamSupport.stream(rule.spliterator(), false).anyMatch(value::equals);
                case "pattern" -> isLike(rule, value.asText());
                case "minimum" -> value.asLong() >= rule.asLong();
                case "maximum" -> value.asLong() <= rule.asLong();
                case "propertyNames" ->
                    value
                        .propertyStream()
                        .allMatch(each -> isLike(rule.path("pattern"), each.getKey()));
                case "additionalProperties" -> isAllowed(schema, rule, value, path, found);
                default -> throw new IllegalStateException("JSON Schema's word " + word.getKey());
              };
      if (!isMet) {
        found.add("%s is %s: not %s %s".formatted(path, value, word.getKey(), rule));
      }
    }
    return found;
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      default -> throw new IllegalStateException("JSON Schema's type " + type);
    };
  }

  private static boolean isLike(JsonNode pattern, String text) {
    return Pattern.compile(pattern.asText()).matcher(text).find();
  }

  /// Each field has a rule, its own or that of all others.
  private static boolean isAllowed(
      JsonNode schema, JsonNode others, JsonNode value, String path, List<String> found) {
    boolean isAllowed = true;
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode rule = schema.path("properties").path(field.getKey());
      String place = path + "." + field.getKey();
      if (!rule.isMissingNode() || others.isObject()) {
        found.addAll(problems(rule.isMissingNode() ? others : rule, field.getValue(), place));
      } else {
        isAllowed = false;
      }
    }
    return isAllowed;
  }
}
