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

  /// A violation, of a rule that calicoctl words as one of the whole spec, unless the claim holds.
  void requireOfSpec(boolean claim, String rule, String field, Object value, String reason) {
    if (!claim && violations.size() < MOST_SHOWN) {
      violations.add(new Violation(field, value.toString(), reason, rule));
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
