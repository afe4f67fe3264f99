// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

final class SelectorParser {

  private SelectorParser() {}

  static Selector parse(String text) {
    if (text.isBlank()) {
      return new Selector.All();
    }
    throw new SelectorSyntaxException("PLACEHOLDER");
  }
}
