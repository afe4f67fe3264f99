// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Functions of Go's templates, and calicoctl's three.
///
/// @param clusterAs what `config "asnumber"` gives
record Functions(String clusterAs) {

  static final Set<String> NAMES =
      Set.of(
          "join",
          "joinAndTruncate",
          "config",
          "print",
          "println",
          "printf",
          "len",
          "index",
          "not",
          "and",
          "or",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge");

  private static final String DOTS = "...";

  JsonNode call(String function, List<JsonNode> given) {
    return switch (function) {
      case "join" -> text(joined(require(function, given, 2)));
      case "joinAndTruncate" -> truncated(require(function, given, 3));
      case "config" -> config(require(function, given, 1).getFirst());
      case "print" -> text(given.stream().map(GoText::of).collect(Collectors.joining()));
      case "println" ->
          text(given.stream().map(GoText::of).collect(Collectors.joining(" ")) + "\n");
      case "printf" -> text(formatted(given));
      case "len" -> IntNode.valueOf(length(require(function, given, 1).getFirst()));
      case "index" -> index(given);
      case "not" -> BooleanNode.valueOf(!GoText.isTrue(require(function, given, 1).getFirst()));
      case "and" -> firstOrLast(function, given, false);
      case "or" -> firstOrLast(function, given, true);
      case "eq" -> BooleanNode.valueOf(isAnyEqual(function, given));
      case "ne" -> BooleanNode.valueOf(compare(function, require(function, given, 2)) != 0);
      case "lt" -> BooleanNode.valueOf(compare(function, require(function, given, 2)) < 0);
      case "le" -> BooleanNode.valueOf(compare(function, require(function, given, 2)) <= 0);
      case "gt" -> BooleanNode.valueOf(compare(function, require(function, given, 2)) > 0);
      case "ge" -> BooleanNode.valueOf(compare(function, require(function, given, 2)) >= 0);
      default ->
          throw new TemplateException("template: function \"%s\" not defined".formatted(function));
    };
  }

  private static JsonNode text(String text) {
    return new TextNode(text);
  }

  private static List<JsonNode> require(String function, List<JsonNode> given, int count) {
    if (given.size() != count) {
      throw new TemplateException(
          "template: wrong number of args for %s: want %d got %d"
              .formatted(function, count, given.size()));
    }
    return given;
  }

  private static String joined(List<JsonNode> given) {
    JsonNode list = given.get(0);
    return list.isArray()
        ? list.valueStream().map(GoText::of).collect(Collectors.joining(GoText.of(given.get(1))))
        : list.isNull() ? "" : GoText.of(list);
  }

  private static JsonNode truncated(List<JsonNode> given) {
    String joined = joined(given);
    int longest = Math.max(DOTS.length(), given.get(2).asInt());
    return text(
        joined.length() <= longest ? joined : joined.substring(0, longest - DOTS.length()) + DOTS);
  }

  private JsonNode config(JsonNode name) {
    if (!name.asText().equals("asnumber")) {
      throw new TemplateException(
          "template: config knows \"asnumber\" only, not \"%s\"".formatted(name.asText()));
    }
    return text(clusterAs);
  }

  private static String formatted(List<JsonNode> given) {
    if (given.isEmpty()) {
      throw new TemplateException("template: printf needs a format");
    }
    return GoFormat.of(given.getFirst().asText(), given.subList(1, given.size()));
  }

  private static int length(JsonNode value) {
    return value.isTextual() ? value.textValue().length() : value.size();
  }

  /// Of a list by number, of a map by key; nothing where a map has no such key.
  private static JsonNode index(List<JsonNode> given) {
    if (given.isEmpty()) {
      throw new TemplateException("template: index of nothing");
    }
    JsonNode value = given.getFirst();
    for (JsonNode place : given.subList(1, given.size())) {
      JsonNode found =
          place.isNumber() && value.isArray()
              ? value.get(place.asInt())
              : value.get(place.asText());
      if (found == null && value.isArray()) {
        throw new TemplateException("template: index out of range: " + GoText.of(place));
      }
      value = found == null ? NullNode.getInstance() : found;
    }
    return value;
  }

  /// The first that decides, else the last.
  private static JsonNode firstOrLast(String function, List<JsonNode> given, boolean decides) {
    if (given.isEmpty()) {
      throw new TemplateException("template: wrong number of args for " + function);
    }
    return given.stream()
        .filter(value -> GoText.isTrue(value) == decides)
        .findFirst()
        .orElse(given.getLast());
  }

  private static boolean isAnyEqual(String function, List<JsonNode> given) {
    if (given.size() < 2) {
      throw new TemplateException("template: missing argument for " + function);
    }
    return given.subList(1, given.size()).stream()
        .anyMatch(other -> compare(function, List.of(given.getFirst(), other)) == 0);
  }

  private static int compare(String function, List<JsonNode> given) {
    JsonNode first = given.get(0);
    JsonNode second = given.get(1);
    if (first.isContainerNode() || second.isContainerNode()) {
      throw new TemplateException(
          "template: %s of values that cannot be compared".formatted(function));
    }
    return first.isNumber() && second.isNumber()
        ? first.decimalValue().compareTo(second.decimalValue())
        : GoText.of(first).compareTo(GoText.of(second));
  }
}
