// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Kubernetes' label selectors in the words of Calico's.
final class KubernetesSelectors {

  private static final String PODS = "projectcalico.org/orchestrator == 'k8s'";

  private KubernetesSelectors() {}

  /// Of pods; without a selector all of them.
  ///
  /// @throws IllegalArgumentException if it has an operator that is not known
  static String pods(JsonNode selector) {
    List<String> terms = terms(selector);
    terms.addFirst(PODS);
    return String.join(" && ", terms);
  }

  /// Of namespaces.
  ///
  /// @return empty without a selector, all for one that demands nothing
  /// @throws IllegalArgumentException if it has an operator that is not known
  static String namespaces(JsonNode selector) {
    if (!selector.isObject()) {
      return "";
    }
    List<String> terms = terms(selector);
    return terms.isEmpty() ? "all()" : String.join(" && ", terms);
  }

  private static List<String> terms(JsonNode selector) {
    List<String> terms = new ArrayList<>();
    for (Map.Entry<String, String> label : Json.texts(selector.path("matchLabels")).entrySet()) {
      terms.add("%s == '%s'".formatted(label.getKey(), label.getValue()));
    }
    selector.path("matchExpressions").forEach(each -> terms.add(expression(each)));
    return terms;
  }

  private static String expression(JsonNode expression) {
    String key = Json.text(expression, "key");
    String values =
        Json.list(expression.path("values")).stream()
            .map("'%s'"::formatted)
            .collect(Collectors.joining(", ", "{ ", " }"));
    String operator = Json.text(expression, "operator");
    return switch (operator) {
      case "In" -> "%s in %s".formatted(key, values);
      case "NotIn" -> "%s not in %s".formatted(key, values);
      case "Exists" -> "has(%s)".formatted(key);
      case "DoesNotExist" -> "! has(%s)".formatted(key);
      default ->
          throw new IllegalArgumentException(
              "operator '%s': expected In, NotIn, Exists or DoesNotExist".formatted(operator));
    };
  }
}
