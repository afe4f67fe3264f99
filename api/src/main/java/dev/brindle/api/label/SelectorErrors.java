// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

/// Says what was expected, where, and what stood there instead.
final class SelectorErrors {

  private static final int MAX_QUOTED = 256;

  private SelectorErrors() {}

  static SelectorSyntaxException expected(String what, String found, int position, String text) {
    return new SelectorSyntaxException(
        "expected %s but found %s at position %d of selector %s"
            .formatted(what, found, position + 1, quoted(text)));
  }

  static SelectorSyntaxException expectedOperator(String found, int position, String text) {
    return new SelectorSyntaxException(
        ("expected operator after label (==, !=, in, not in, contains, starts with, ends with)"
                + " but found %s at position %d of selector %s")
            .formatted(found, position + 1, quoted(text)));
  }

  static String found(String text, int position) {
    return position < text.length() ? "'" + text.charAt(position) + "'" : "the end";
  }

  /// Long text is cut: it came from somebody else and ends up in a log.
  private static String quoted(String text) {
    return text.length() <= MAX_QUOTED
        ? "`" + text + "`"
        : "`" + text.substring(0, MAX_QUOTED) + "...` (" + text.length() + " characters)";
  }
}
