// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.match;

import dev.brindle.api.label.LabelRestriction;
import dev.brindle.api.label.LabelRestrictions;
import dev.brindle.api.label.Selector;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntBiFunction;

/// Where an index files a selector: under what labels must have to match it.
sealed interface Handle {

  /// Nothing can match.
  record Nothing() implements Handle {}

  /// Any labels may match: must always be tried.
  record Anything() implements Handle {}

  /// The label must be there.
  record Present(String label) implements Handle {}

  /// The label must have one of these values.
  record OneOf(String label, Set<String> values) implements Handle {}

  /// The handle that leaves the fewest to try. All that fit a selector are right; they differ in
  /// cost only.
  ///
  /// @param crowd how many are filed under a label and values
  static Handle of(Selector selector, ToIntBiFunction<String, Set<String>> crowd) {
    Map<String, LabelRestriction> restrictions = LabelRestrictions.of(selector);
    if (restrictions.values().stream().anyMatch(LabelRestriction::isImpossible)) {
      return new Nothing();
    }
    Optional<OneOf> narrowest =
        restrictions.entrySet().stream()
            .filter(entry -> entry.getValue().oneOf().isPresent())
            .map(entry -> new OneOf(entry.getKey(), entry.getValue().oneOf().orElseThrow()))
            .min(
                Comparator.comparingInt(
                    handle ->
                        handle.values().size()
                            + crowd.applyAsInt(handle.label(), handle.values())));
    if (narrowest.isPresent()) {
      return narrowest.get();
    }
    return restrictions.entrySet().stream()
        .filter(entry -> entry.getValue().isPresent())
        .map(Map.Entry::getKey)
        .min(Comparator.naturalOrder())
        .<Handle>map(Present::new)
        .orElseGet(Anything::new);
  }
}
