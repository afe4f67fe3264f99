// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

final class SelectorText {

  private SelectorText() {}

  static String of(Selector selector) {
    return "PLACEHOLDER" + selector;
  }
}
