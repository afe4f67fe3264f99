// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects what is wrong with one resource. Stops at a bound, so that a hostile document gives a
/// short answer.
final class Findings {

  private static final int MOST_SHOWN = 50;

  private final List<Violation> violations = new ArrayList<>();

  void reject(String field, Object value, String reason) {
    if (violations.size() < MOST_SHOWN) {
      violations.add(new Violation(field, value.toString(), reason));
    }
  }

  /// A violation unless the claim holds.
  void require(boolean claim, String field, Object value, String reason) {
    if (!claim) {
      reject(field, value, reason);
    }
  }

  /// For rules about the whole spec.
  Part ofSpec() {
    return of(Part.SPEC);
  }

  /// For rules about that part.
  ///
  /// @param name calicoctl's: `spec.ingress[0]`, or the kind for the whole resource
  Part of(String name) {
    return new Part(this, name);
  }

  /// What calicoctl tells by a part of the resource and a sentence, not by a field.
  record Part(Findings findings, String name) {

    private static final String SPEC = "spec";

    /// A violation unless the claim holds.
    ///
    /// @param rule the sentence, in calicoctl's words
    void require(boolean claim, String rule, String field, Object value, String reason) {
      if (!claim) {
        reject(rule, field, value, reason);
      }
    }

    void reject(String rule, String field, Object value, String reason) {
      if (findings.violations.size() < MOST_SHOWN) {
        findings.violations.add(
            new Violation(field, value.toString(), reason, "%s (%s)".formatted(name, rule)));
      }
    }
  }

  void inRange(String field, Optional<Integer> value, int min, int max) {
    value.ifPresent(
        number ->
            require(
                min <= number && number <= max, field, number, "is not in " + min + ".." + max));
  }

  /// Empty text counts as absent.
  void oneOf(String field, String value, List<String> allowed) {
    require(value.isEmpty() || allowed.contains(value), field, value, Violation.supported(allowed));
  }

  void atMost(String field, List<?> list, int most) {
    require(list.size() <= most, field, list.size() + " items", "at most " + most + " items");
  }

  List<Violation> all() {
    return List.copyOf(violations);
  }
}
