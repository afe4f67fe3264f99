// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// How many addresses of each family a node books ahead, for pods that come while the store is
/// away.
final class ReserveSize {

  static final String VARIABLE = "BRINDLE_IPAM_RESERVE";

  /// A few sandboxes that die during an outage, and a sixteenth of the usual block.
  private static final int USUAL = 4;

  /// No reason to take all of a block of the usual size.
  private static final int MOST = 32;

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,4}");

  private ReserveSize() {}

  /// @throws BadSettingException if it is no such number
  static int read(Map<String, String> variables) {
    String text = variables.getOrDefault(VARIABLE, "").strip();
    if (text.isEmpty()) {
      return USUAL;
    }
    OptionalInt size = number(text);
    if (size.isEmpty() || size.getAsInt() > MOST) {
      throw new BadSettingException(
          VARIABLE, text, "how many addresses to book ahead, 0 to %d".formatted(MOST));
    }
    return size.getAsInt();
  }

  private static OptionalInt number(String text) {
    return DIGITS.matcher(text).matches()
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
