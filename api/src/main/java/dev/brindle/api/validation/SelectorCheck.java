// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorSyntaxException;

/// Selectors in fields.
final class SelectorCheck {

  private static final int LONGEST = 1024;
  private static final String GLOBAL = "global(";

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

  /// The same, and without `global()`.
  static void checkWithoutGlobal(String field, String selector, Findings findings) {
    findings.require(
        !selector.contains(GLOBAL), field, selector, "global() has no meaning in this field");
    check(field, selector, findings);
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
