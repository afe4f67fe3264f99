// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static java.util.stream.Collectors.joining;

import java.util.List;

/// A rule that a resource breaks.
///
/// @param field path as in YAML: `spec.ingress[0].source.nets[1]`
/// @param value what was found there
/// @param reason what was expected
public record Violation(String field, String value, String reason) {

  /// The text that calicoctl shows for one or several.
  ///
  /// @throws IllegalArgumentException if there is none to show
  public static String text(List<Violation> violations) {
    if (violations.isEmpty()) {
      throw new IllegalArgumentException("no violation to describe");
    }
    if (violations.size() == 1) {
      return "error with field " + violations.getFirst();
    }
    return violations.stream()
        .map(violation -> "-  " + violation)
        .collect(joining("\n", "error with the following fields:\n", ""));
  }

  @Override
  public String toString() {
    return "%s = '%s' (%s)".formatted(field, value, reason);
  }
}
