// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times as people write them: `300ms`, `90s`, `5m`, `1h`.
final class Durations {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private Durations() {}

  /// @throws IllegalArgumentException if it is anything else
  static Duration parse(String text) {
    Matcher found = DURATION.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException("'%s' is not a duration such as 90s".formatted(text));
    }
    long amount = Long.parseLong(found.group(1));
    return switch (found.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }
}
