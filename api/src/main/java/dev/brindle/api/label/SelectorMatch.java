// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether labels are what a selector asks for.
final class SelectorMatch {

  private SelectorMatch() {}

  static boolean matches(Selector selector, Map<String, String> labels) {
    return switch (selector) {
      case Selector.All() -> true;
      case Selector.Global() -> true;
      case Selector.Has(var label) -> labels.containsKey(label);
      case Selector.Is(var label, var value) -> value.equals(labels.get(label));
      case Selector.IsNot(var label, var value) -> !value.equals(labels.get(label));
      case Selector.In(var label, var values) -> isIn(labels.get(label), values);
      case Selector.NotIn(var label, var values) -> !isIn(labels.get(label), values);
      case Selector.Contains(var label, var part) -> {
        String value = labels.get(label);
        yield value != null && value.contains(part);
      }
      case Selector.StartsWith(var label, var prefix) -> {
        String value = labels.get(label);
        yield value != null && value.startsWith(prefix);
      }
      case Selector.EndsWith(var label, var suffix) -> {
        String value = labels.get(label);
        yield value != null && value.endsWith(suffix);
      }
      case Selector.And(var operands) -> operands.stream().allMatch(o -> matches(o, labels));
      case Selector.Or(var operands) -> operands.stream().anyMatch(o -> matches(o, labels));
      case Selector.Not(var operand) -> !matches(operand, labels);
    };
  }

  private static boolean isIn(@Nullable String value, Set<String> values) {
    return value != null && values.contains(value);
  }
}
