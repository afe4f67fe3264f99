// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.filter.NumberRange;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Ranges of numbers as people write them: `24`, `16-24`, `16-`, `-24`.
final class Ranges {

  private static final Pattern RANGE = Pattern.compile("([0-9]{1,10})?(-)?([0-9]{1,10})?");

  private Ranges() {}

  /// @throws IllegalArgumentException if it is no range within 0 and `max`
  static NumberRange parse(String text, long max) {
    Matcher found = RANGE.matcher(text);
    boolean isRange = found.matches() && (found.group(1) != null || found.group(3) != null);
    if (!isRange) {
      throw wrong(text, max);
    }
    boolean isOne = found.group(2) == null;
    long from = found.group(1) == null ? 0 : Long.parseLong(found.group(1));
    long to = found.group(3) == null ? (isOne ? from : max) : Long.parseLong(found.group(3));
    if (from > to || to > max) {
      throw wrong(text, max);
    }
    return new NumberRange(from, to);
  }

  private static IllegalArgumentException wrong(String text, long max) {
    return new IllegalArgumentException(
        "'%s' is no range within 0 and %d such as 24, 16-24, 16- or -24".formatted(text, max));
  }
}
