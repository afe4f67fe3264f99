// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import java.util.Collection;

/// Some names, and how many more.
final class Names {

  private Names() {}

  static String of(Collection<String> names, int most, String none) {
    if (names.isEmpty()) {
      return none;
    }
    String first = String.join(", ", names.stream().limit(most).toList());
    return names.size() <= most ? first : "%s and %d more".formatted(first, names.size() - most);
  }
}
