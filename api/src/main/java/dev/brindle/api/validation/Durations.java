// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.util.regex.Pattern;

/// Durations as Kubernetes writes them.
final class Durations {

  private static final Pattern DURATION =
      Pattern.compile("([0-9]{1,18}(\\.[0-9]{1,18})?(ms|s|m|h))+");

  private Durations() {}

  static boolean isDuration(String text) {
    return DURATION.matcher(text).matches();
  }

  /// Empty counts as absent.
  static void check(String field, String text, Findings findings) {
    findings.require(
        text.isEmpty() || isDuration(text),
        field,
        text,
        "must be a duration such as 90s, 1m30s or 500ms");
  }
}
