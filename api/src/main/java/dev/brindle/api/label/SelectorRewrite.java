// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.List;
import java.util.function.UnaryOperator;

/// The rewritings that give namespaces, service accounts and `all()` their meaning in a policy.
public final class SelectorRewrite {

  private SelectorRewrite() {}

  /// Puts `prefix` before every label: `role == "a"` becomes `pcns.role == "a"`.
  public static Selector prefixed(Selector selector, String prefix) {
    return rewritten(selector, prefix::concat, UnaryOperator.identity());
  }

  /// Puts `replacement` where `all()` stands.
  public static Selector replacingAll(Selector selector, Selector replacement) {
    return rewritten(
        selector,
        UnaryOperator.identity(),
        leaf -> leaf instanceof Selector.All ? replacement : leaf);
  }

  /// Puts `replacement` where `global()` stands.
  public static Selector replacingGlobal(Selector selector, Selector replacement) {
    return rewritten(
        selector,
        UnaryOperator.identity(),
        leaf -> leaf instanceof Selector.Global ? replacement : leaf);
  }

  private static Selector rewritten(
      Selector selector, UnaryOperator<String> label, UnaryOperator<Selector> constant) {
    return switch (selector) {
      case Selector.All(), Selector.Global() -> constant.apply(selector);
      case Selector.Has(var name) -> new Selector.Has(label.apply(name));
      case Selector.Is(var name, var value) -> new Selector.Is(label.apply(name), value);
      case Selector.IsNot(var name, var value) -> new Selector.IsNot(label.apply(name), value);
      case Selector.In(var name, var values) -> new Selector.In(label.apply(name), values);
      case Selector.NotIn(var name, var values) -> new Selector.NotIn(label.apply(name), values);
      case Selector.Contains(var name, var part) -> new Selector.Contains(label.apply(name), part);
      case Selector.StartsWith(var name, var prefix) ->
          new Selector.StartsWith(label.apply(name), prefix);
      case Selector.EndsWith(var name, var suffix) ->
          new Selector.EndsWith(label.apply(name), suffix);
      case Selector.And(var operands) -> new Selector.And(all(operands, label, constant));
      case Selector.Or(var operands) -> new Selector.Or(all(operands, label, constant));
      case Selector.Not(var operand) -> new Selector.Not(rewritten(operand, label, constant));
    };
  }

  private static List<Selector> all(
      List<Selector> operands, UnaryOperator<String> label, UnaryOperator<Selector> constant) {
    return operands.stream().map(operand -> rewritten(operand, label, constant)).toList();
  }
}
