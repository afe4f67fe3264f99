// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a selector demands of single labels: the handle by which an index finds it.
public final class LabelRestrictions {

  private LabelRestrictions() {}

  /// Labels that are not in the result may be anything.
  public static Map<String, LabelRestriction> of(Selector selector) {
    return switch (selector) {
      case Selector.Has(var label) -> Map.of(label, LabelRestriction.PRESENT);
      case Selector.Is(var label, var value) ->
          Map.of(label, LabelRestriction.oneOf(Set.of(value)));
      case Selector.In(var label, var values) -> Map.of(label, LabelRestriction.oneOf(values));
      case Selector.Contains(var label, _) -> Map.of(label, LabelRestriction.PRESENT);
      case Selector.StartsWith(var label, _) -> Map.of(label, LabelRestriction.PRESENT);
      case Selector.EndsWith(var label, _) -> Map.of(label, LabelRestriction.PRESENT);
      case Selector.Not(Selector.Has(var label)) -> Map.of(label, LabelRestriction.ABSENT);
      case Selector.And(var operands) -> ofAll(operands);
      case Selector.Or(var operands) -> ofAny(operands);
      case Selector.All(),
          Selector.Global(),
          Selector.IsNot(_, _),
          Selector.NotIn(_, _),
          Selector.Not(_) ->
          Map.of();
    };
  }

  private static Map<String, LabelRestriction> ofAll(List<Selector> operands) {
    Map<String, LabelRestriction> result = new HashMap<>();
    for (Selector operand : operands) {
      of(operand)
          .forEach((label, restriction) -> result.merge(label, restriction, LabelRestriction::and));
    }
    return Map.copyOf(result);
  }

  private static Map<String, LabelRestriction> ofAny(List<Selector> operands) {
    Map<String, LabelRestriction> result = new HashMap<>(of(operands.getFirst()));
    for (Selector operand : operands.subList(1, operands.size())) {
      Map<String, LabelRestriction> others = of(operand);
      result.keySet().retainAll(others.keySet());
      result.replaceAll((label, restriction) -> either(restriction, others.get(label)));
      result.values().removeIf(LabelRestriction::isEmpty);
    }
    return Map.copyOf(result);
  }

  private static LabelRestriction either(LabelRestriction one, @Nullable LabelRestriction other) {
    return other == null ? one : one.or(other);
  }
}
