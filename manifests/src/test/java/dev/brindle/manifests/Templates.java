// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// As much of Go's text/template as the chart's templates are made of; anything else is an error.
final class Templates {

  private static final Pattern ACTION = Pattern.compile("\\{\\{(-?) *(.*?) *}}", Pattern.DOTALL);
  private static final Pattern WORD =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\||[$.A-Za-z][A-Za-z0-9_.]*");
  private static final Pattern RANGE =
      Pattern.compile("range \\$(\\w+), \\$(\\w+) := (\\.[A-Za-z.]+)");

  private final JsonNode root;
  private final List<Part> parts = new ArrayList<>();

  /// @param action empty for text
  private record Part(String action, String text) {}

  private Templates(JsonNode root) {
    this.root = root;
  }

  /// @param root with `Values` and `Release`
  static String render(String template, JsonNode root) {
    var templates = new Templates(root);
    templates.cut(template);
    var out = new StringBuilder();
    int end = templates.render(0, templates.parts.size(), true, new TreeMap<>(), out);
    if (end != templates.parts.size()) {
      throw new IllegalArgumentException("an 'end' or 'else' without its beginning");
    }
    return out.toString();
  }

  private void cut(String template) {
    Matcher found = ACTION.matcher(template);
    int from = 0;
    while (found.find()) {
      String text = template.substring(from, found.start());
      parts.add(new Part("", found.group(1).isEmpty() ? text : text.stripTrailing()));
      parts.add(new Part(found.group(2), ""));
      from = found.end();
    }
    parts.add(new Part("", template.substring(from)));
  }

  /// @return the index of the `end` or `else` that ends this level
  private int render(
      int from, int to, boolean isOn, Map<String, JsonNode> variables, StringBuilder out) {
    int at = from;
    while (at < to) {
      Part part = parts.get(at);
      String action = part.action();
      if (action.equals("end") || action.equals("else")) {
        return at;
      } else if (action.isEmpty()) {
        out.append(isOn ? part.text() : "");
        at++;
      } else if (action.startsWith("if ")) {
        at = choose(at, to, isOn, variables, out);
      } else if (action.startsWith("range ")) {
        at = repeat(at, to, isOn, variables, out);
      } else {
        out.append(isOn ? text(value(action, variables)) : "");
        at++;
      }
    }
    return at;
  }

  private int choose(
      int at, int to, boolean isOn, Map<String, JsonNode> variables, StringBuilder out) {
    boolean isTrue = isTrue(value(parts.get(at).action().substring(3), variables));
    int next = render(at + 1, to, isOn && isTrue, variables, out);
    if (parts.get(next).action().equals("else")) {
      next = render(next + 1, to, isOn && !isTrue, variables, out);
    }
    return next + 1;
  }

  private int repeat(
      int at, int to, boolean isOn, Map<String, JsonNode> variables, StringBuilder out) {
    Matcher range = RANGE.matcher(parts.get(at).action());
    if (!range.matches()) {
      throw new IllegalArgumentException(parts.get(at).action());
    }
    Map<String, JsonNode> sorted = new TreeMap<>();
    path(range.group(3)).properties().forEach(each -> sorted.put(each.getKey(), each.getValue()));
    for (var each : sorted.entrySet()) {
      Map<String, JsonNode> inside = new TreeMap<>(variables);
      inside.put("$" + range.group(1), TextNode.valueOf(each.getKey()));
      inside.put("$" + range.group(2), each.getValue());
      render(at + 1, to, isOn, inside, out);
    }
    return render(at + 1, to, false, variables, new StringBuilder()) + 1;
  }

  private JsonNode value(String expression, Map<String, JsonNode> variables) {
    Deque<JsonNode> piped = new ArrayDeque<>();
    for (String command : expression.split(" \\| ", -1)) {
      List<String> words = WORD.matcher(command).results().map(found -> found.group()).toList();
      if (!String.join(" ", words).equals(command)) {
        throw new IllegalArgumentException("'%s' is more than this reads".formatted(expression));
      }
      List<JsonNode> values = new ArrayList<>();
      boolean isCall = List.of("printf", "or", "eq").contains(words.getFirst());
      words
          .subList(isCall ? 1 : 0, words.size())
          .forEach(word -> values.add(word(word, variables)));
      values.addAll(piped);
      piped.clear();
      piped.add(call(isCall ? words.getFirst() : "", values));
    }
    return piped.getFirst();
  }

  private static JsonNode call(String function, List<JsonNode> values) {
    return switch (function) {
      case "printf" -> {
        if (!values.getFirst().asText().equals("%q")) {
          throw new IllegalArgumentException("printf " + values.getFirst());
        }
        yield TextNode.valueOf(quoted(values.get(1)));
      }
      case "or" -> isTrue(values.get(0)) ? values.get(0) : values.get(1);
      case "eq" -> TextNode.valueOf(values.get(0).equals(values.get(1)) ? "true" : "");
      default -> values.getFirst();
    };
  }

  /// `%q` of anything but a text is not what people mean.
  private static String quoted(JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("%s is no text".formatted(value));
    }
    return value.toString();
  }

  private JsonNode word(String word, Map<String, JsonNode> variables) {
    if (word.startsWith("\"")) {
      return TextNode.valueOf(word.substring(1, word.length() - 1));
    }
    return word.startsWith("$")
        ? variables.getOrDefault(word, MissingNode.getInstance())
        : path(word);
  }

  private JsonNode path(String path) {
    JsonNode found = root.at(path.replace('.', '/'));
    if (found.isMissingNode()) {
      throw new IllegalArgumentException("there is no " + path);
    }
    return found;
  }

  private static boolean isTrue(JsonNode value) {
    return value.isContainerNode() ? !value.isEmpty() : !value.asText().isEmpty();
  }

  private static String text(JsonNode value) {
    return value.asText();
  }
}
