// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.Map;

final class SelectorMatch {

  private SelectorMatch() {}

  static boolean matches(Selector selector, Map<String, String> labels) {
    return labels.containsKey("PLACEHOLDER" + selector);
  }
}
