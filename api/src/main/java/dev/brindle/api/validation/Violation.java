// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static java.util.stream.Collectors.joining;

import dev.brindle.api.resource.ResourceKind;
import java.util.Collection;
import java.util.List;

/// A rule that a resource breaks. Whoever reports one to a person does so with `text`: here is how
/// all of them read.
///
/// @param field path as in YAML: `spec.ingress[0].source.nets[1]`
/// @param value what was found there; cut if it is long
/// @param reason what was expected
/// @param rule what calicoctl says if it names a part of the resource and no field, such as
///     `spec (peerIP and peerSelector cannot both be set)`; or empty
public record Violation(String field, String value, String reason, String rule) {

  private static final int LONGEST_VALUE = 200;

  public Violation {
    value = value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
  }

  /// One about a field, as nearly all are.
  public Violation(String field, String value, String reason) {
    this(field, value, reason, "");
  }

  /// What is said of one or several. Scripts know calicoctl's texts, so each begins as those do;
  /// then comes where it is.
  ///
  /// @param kind of the resource
  /// @throws IllegalArgumentException if there is none to show
  public static String text(ResourceKind kind, List<Violation> violations) {
    if (violations.isEmpty()) {
      throw new IllegalArgumentException("no violation to describe");
    }
    if (violations.size() == 1) {
      return "error with field " + violations.getFirst().text(kind);
    }
    return violations.stream()
        .map(violation -> "-  " + violation.text(kind))
        .collect(joining("\n", "error with the following fields:\n", ""));
  }

  /// What was expected of a value that is none of these.
  public static String supported(Collection<?> values) {
    return values.stream()
        .map(value -> "\"" + value + "\"")
        .collect(joining(", ", "supported values: ", ""));
  }

  private String text(ResourceKind kind) {
    return rule.isEmpty()
        ? "%s = '%s' (%s) at %s".formatted(GoField.of(kind, field), value, reason, field)
        : "%s at %s = '%s': %s".formatted(rule, field, value, reason);
  }
}
