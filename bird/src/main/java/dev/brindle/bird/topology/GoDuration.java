// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as Calico's resources write them: `120s`, `1m30s`, `500ms`.
final class GoDuration {

  private static final Pattern PART = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(h|ms|m|s)");

  private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + "){1,8}");

  private GoDuration() {}

  /// Empty text counts: it leaves the choice to us.
  static boolean isDuration(String text) {
    return text.isEmpty() || WHOLE.matcher(text).matches();
  }

  /// In whole seconds, rounded, as Calico rounds them. Empty text has no value.
  ///
  /// @throws IllegalArgumentException if `text` is no duration
  static Optional<Duration> seconds(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!isDuration(text)) {
      throw new IllegalArgumentException(
          "'%s' is not a duration such as 120s or 1m30s".formatted(text));
    }
    double seconds = 0;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      double number = Double.parseDouble(part.group(1));
      seconds +=
          switch (part.group(2)) {
            case "h" -> number * 3600;
            case "m" -> number * 60;
            case "ms" -> number / 1000;
            default -> number;
          };
    }
    return Optional.of(Duration.ofSeconds(Math.round(seconds)));
  }
}
