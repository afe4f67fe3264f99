// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What must hold of one label wherever a selector matches. It says less than the selector, never
/// more, so it can only rule things out.
///
/// @param isPresent the label must be there
/// @param isAbsent the label must not be there
/// @param oneOf the only values it can have; absent for any, empty if nothing can match
public record LabelRestriction(boolean isPresent, boolean isAbsent, Optional<Set<String>> oneOf) {

  static final LabelRestriction PRESENT = new LabelRestriction(true, false, Optional.empty());
  static final LabelRestriction ABSENT = new LabelRestriction(false, true, Optional.empty());

  public LabelRestriction {
    oneOf = oneOf.map(Set::copyOf);
  }

  static LabelRestriction oneOf(Set<String> values) {
    return new LabelRestriction(true, false, Optional.of(values));
  }

  /// Whether nothing at all can match.
  public boolean isImpossible() {
    return (isPresent && isAbsent) || (oneOf.isPresent() && oneOf.get().isEmpty());
  }

  LabelRestriction and(LabelRestriction other) {
    return new LabelRestriction(
        isPresent || other.isPresent,
        isAbsent || other.isAbsent,
        oneOf.isEmpty()
            ? other.oneOf
            : oneOf.map(values -> other.oneOf.map(more -> common(values, more)).orElse(values)));
  }

  LabelRestriction or(LabelRestriction other) {
    return new LabelRestriction(
        isPresent && other.isPresent,
        isAbsent && other.isAbsent,
        oneOf.flatMap(values -> other.oneOf.map(more -> union(values, more))));
  }

  /// Neither here nor gone for sure: worth nothing.
  boolean isEmpty() {
    return !isPresent && !isAbsent;
  }

  private static Set<String> common(Set<String> values, Set<String> more) {
    Set<String> result = new HashSet<>(values);
    result.retainAll(more);
    return result;
  }

  private static Set<String> union(Set<String> values, Set<String> more) {
    Set<String> result = new HashSet<>(values);
    result.addAll(more);
    return result;
  }
}
