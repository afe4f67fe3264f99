// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One time that a template is carried out.
final class TemplateRun {

  private static final int LONGEST = 256 << 20;

  private final Functions functions;
  private final Fields fields = new Fields();
  private final Map<String, JsonNode> variables = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  TemplateRun(JsonNode data, String clusterAs) {
    functions = new Functions(clusterAs);
    variables.put("$", data);
  }

  String text() {
    return text.toString();
  }

  void all(List<Part> parts, JsonNode dot) {
    parts.forEach(part -> one(part, dot));
  }

  private void one(Part part, JsonNode dot) {
    switch (part) {
      case Part.Text(String written) -> append(written);
      case Part.Show(Expression value) -> append(GoText.of(value(value, dot)));
      case Part.Assign(String variable, Expression value) ->
          variables.put(variable, value(value, dot));
      case Part.If(Expression condition, List<Part> then, List<Part> otherwise) ->
          all(GoText.isTrue(value(condition, dot)) ? then : otherwise, dot);
      case Part.With(Expression value, List<Part> then, List<Part> otherwise) -> {
        JsonNode found = value(value, dot);
        if (GoText.isTrue(found)) {
          all(then, found);
        } else {
          all(otherwise, dot);
        }
      }
      case Part.Range range -> range(range, dot);
    }
  }

  private void append(String written) {
    if (text.length() + written.length() > LONGEST) {
      throw new TemplateException("template: its text is longer than %d".formatted(LONGEST));
    }
    text.append(written);
  }

  private void range(Part.Range range, JsonNode dot) {
    JsonNode values = value(range.values(), dot);
    if (values.isEmpty()) {
      if (!values.isContainerNode() && !values.isNull()) {
        throw new TemplateException("template: range can't iterate over " + GoText.of(values));
      }
      all(range.otherwise(), dot);
      return;
    }
    if (values.isObject()) {
      values
          .propertyStream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> round(range, new TextNode(entry.getKey()), entry.getValue()));
      return;
    }
    for (int i = 0; i < values.size(); i++) {
      round(range, IntNode.valueOf(i), values.get(i));
    }
  }

  private void round(Part.Range range, JsonNode index, JsonNode element) {
    if (!range.index().isEmpty()) {
      variables.put(range.index(), index);
    }
    if (!range.element().isEmpty()) {
      variables.put(range.element(), element);
    }
    all(range.body(), element);
  }

  private JsonNode value(Expression expression, JsonNode dot) {
    return switch (expression) {
      case Expression.Literal(JsonNode value) -> value;
      case Expression.Name(String name) -> name.equals(".") ? dot : variable(name);
      case Expression.Field(Expression of, String name) -> fields.of(value(of, dot), name);
      case Expression.Call(String function, List<Expression> arguments) ->
          functions.call(
              function, arguments.stream().map(argument -> value(argument, dot)).toList());
    };
  }

  private JsonNode variable(String name) {
    JsonNode value = variables.get(name);
    if (value == null) {
      throw new TemplateException("template: undefined variable \"%s\"".formatted(name));
    }
    return value;
  }
}
