// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

/// Numbers as files and people write them: ASCII digits and nothing else. The JDK's own parsers
/// take signs and the digits of every script as well.
final class Decimal {

  private static final int MAX_DIGITS = 18;

  private Decimal() {}

  /// @throws NumberFormatException if `text` is anything else, or longer than 18 digits
  static long parse(String text) {
    boolean isNumber =
        !text.isEmpty()
            && text.length() <= MAX_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber) {
      throw new NumberFormatException("not a number of 1 to 18 digits");
    }
    return Long.parseLong(text);
  }
}
