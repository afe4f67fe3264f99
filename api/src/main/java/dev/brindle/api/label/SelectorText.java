// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The canonical text of a selector, character by character Calico's, because names of IP sets are
/// made from it.
final class SelectorText {

  /// As bytes, not as UTF-16: the two differ beyond the basic plane.
  private static final Comparator<String> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  private SelectorText() {}

  static String of(Selector selector) {
    return switch (selector) {
      case Selector.All() -> "all()";
      case Selector.Global() -> "global()";
      case Selector.Has(var label) -> "has(" + label + ")";
      case Selector.Is(var label, var value) -> label + " == " + quoted(value);
      case Selector.IsNot(var label, var value) -> label + " != " + quoted(value);
      case Selector.In(var label, var values) -> label + " in " + set(values);
      case Selector.NotIn(var label, var values) -> label + " not in " + set(values);
      case Selector.Contains(var label, var part) -> label + " contains " + quoted(part);
      case Selector.StartsWith(var label, var prefix) -> label + " starts with " + quoted(prefix);
      case Selector.EndsWith(var label, var suffix) -> label + " ends with " + quoted(suffix);
      case Selector.And(var operands) -> joined(operands, " && ");
      case Selector.Or(var operands) -> joined(operands, " || ");
      case Selector.Not(var operand) -> "!" + of(operand);
    };
  }

  /// There is no escaping: a text that was read never has both kinds of quote.
  private static String quoted(String value) {
    return value.indexOf('"') < 0 ? '"' + value + '"' : "'" + value + "'";
  }

  private static String set(Set<String> values) {
    return values.stream()
        .sorted(BY_BYTES)
        .map(SelectorText::quoted)
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String joined(List<Selector> operands, String operator) {
    return operands.stream().map(SelectorText::of).collect(Collectors.joining(operator, "(", ")"));
  }
}
