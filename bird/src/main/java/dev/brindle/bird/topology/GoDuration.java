// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.validation.Durations;
import java.time.Duration;
import java.util.Optional;

/// Durations as Calico's resources write them: `120s`, `1m30s`, `500ms`.
final class GoDuration {

  private static final long HALF_A_SECOND_MILLIS = 500;

  private GoDuration() {}

  /// Empty text counts: it leaves the choice to us.
  static boolean isDuration(String text) {
    return text.isEmpty() || Durations.tryParse(text).isPresent();
  }

  /// In whole seconds, rounded, as Calico rounds them. Empty text has no value.
  ///
  /// @throws IllegalArgumentException if `text` is no duration
  static Optional<Duration> seconds(String text) {
    if (!isDuration(text)) {
      throw new IllegalArgumentException(
          "'%s' is not a duration such as 120s or 1m30s".formatted(text));
    }
    return Durations.tryParse(text)
        .map(it -> Duration.ofSeconds(it.plusMillis(HALF_A_SECOND_MILLIS).toSeconds()));
  }
}
