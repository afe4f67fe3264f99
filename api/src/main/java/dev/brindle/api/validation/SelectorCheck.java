// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;

/// Selectors in fields.
final class SelectorCheck {

  private static final int LONGEST = 1024;
  private static final String GLOBAL = "global(";
  private static final String ONLY_OF_NAMESPACES =
      "global() can only be used in an EntityRule namespaceSelector";

  private SelectorCheck() {}

  /// Must parse and be short; empty counts as absent.
  static void check(String field, String selector, Findings findings) {
    if (selector.length() > LONGEST) {
      findings.reject(field, selector, "at most " + LONGEST + " characters");
      return;
    }
    if (selector.isEmpty()) {
      return;
    }
    try {
      Selector.parse(selector);
    } catch (SelectorSyntaxException e) {
      findings.reject(field, selector, "is not a selector: " + e.getMessage());
    }
  }

  /// The same, and without `global()`, of a policy or an end of a rule.
  static void checkWithoutGlobal(String field, String selector, Findings findings) {
    String part = field.substring(0, field.lastIndexOf('.'));
    checkWithoutGlobal(field, selector, findings.of(part), ONLY_OF_NAMESPACES);
  }

  /// @param rule calicoctl's words for it
  static void checkWithoutGlobal(String field, String selector, Findings.Part part, String rule) {
    part.require(
        !selector.contains(GLOBAL), rule, field, selector, "global() has no meaning in this field");
    check(field, selector, part.findings());
  }

  /// The same, and `global()` only alone.
  static void checkNamespaces(String field, String selector, Findings findings) {
    findings.require(
        !selector.contains(GLOBAL) || selector.strip().equals("global()"),
        field,
        selector,
        "global() cannot be combined with other selectors");
    check(field, selector, findings);
  }
}
