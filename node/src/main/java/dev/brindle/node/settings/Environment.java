// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import java.util.Map;

/// Variables; one that is not set is empty.
record Environment(Map<String, String> variables) {

  String text(String variable) {
    return variables.getOrDefault(variable, "").strip();
  }

  String textOr(String variable, String fallback) {
    String text = text(variable);
    return text.isEmpty() ? fallback : text;
  }

  boolean is(String variable, String value) {
    return text(variable).equalsIgnoreCase(value);
  }
}
