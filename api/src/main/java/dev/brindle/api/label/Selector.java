// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// A condition on labels, in Calico's selector language.
public sealed interface Selector {

  /// Reads a selector. Empty text is `all()`.
  ///
  /// @throws SelectorSyntaxException if `text` is no selector
  static Selector parse(String text) {
    return SelectorParser.parse(text);
  }

  /// Whether a thing with these labels is meant.
  default boolean matches(Map<String, String> labels) {
    return SelectorMatch.matches(this, labels);
  }

  /// The canonical text: equal selectors have equal texts.
  default String text() {
    return SelectorText.of(this);
  }

  /// Calico's name for it: `s:` and a hash of the canonical text.
  default String uniqueId() {
    return UniqueId.of("s:", text());
  }

  /// `all()`.
  record All() implements Selector {}

  /// `global()`: matches as `all()`; only rewriting gives it a meaning of its own.
  record Global() implements Selector {}

  /// `has(label)`.
  record Has(String label) implements Selector {}

  /// `label == 'value'`.
  record Is(String label, String value) implements Selector {}

  /// `label != 'value'`: also where the label is absent.
  record IsNot(String label, String value) implements Selector {}

  /// `label in {'a', 'b'}`.
  record In(String label, Set<String> values) implements Selector {

    public In {
      values = Set.copyOf(values);
    }
  }

  /// `label not in {'a', 'b'}`: also where the label is absent.
  record NotIn(String label, Set<String> values) implements Selector {

    public NotIn {
      values = Set.copyOf(values);
    }
  }

  /// `label contains 'part'`.
  record Contains(String label, String part) implements Selector {}

  /// `label starts with 'prefix'`.
  record StartsWith(String label, String prefix) implements Selector {}

  /// `label ends with 'suffix'`.
  record EndsWith(String label, String suffix) implements Selector {}

  /// `a && b && ...`, two or more.
  record And(List<Selector> operands) implements Selector {

    public And {
      operands = List.copyOf(operands);
    }
  }

  /// `a || b || ...`, two or more.
  record Or(List<Selector> operands) implements Selector {

    public Or {
      operands = List.copyOf(operands);
    }
  }

  /// `!a`.
  record Not(Selector operand) implements Selector {}
}
