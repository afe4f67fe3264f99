// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Selectors and labels over so few words that they often meet.
final class RandomSelectors {

  private static final List<String> LABELS = List.of("a", "b", "c");
  private static final List<String> VALUES = List.of("", "x", "y", "xy", "yx");

  private RandomSelectors() {}

  static Selector selector(RandomGenerator random, int depth) {
    int kinds = depth == 0 ? 10 : 13;
    return switch (random.nextInt(kinds)) {
      case 0 -> new Selector.All();
      case 1 -> new Selector.Global();
      case 2 -> new Selector.Has(label(random));
      case 3 -> new Selector.Is(label(random), value(random));
      case 4 -> new Selector.IsNot(label(random), value(random));
      case 5 -> new Selector.In(label(random), values(random));
      case 6 -> new Selector.NotIn(label(random), values(random));
      case 7 -> new Selector.Contains(label(random), value(random));
      case 8 -> new Selector.StartsWith(label(random), value(random));
      case 9 -> new Selector.EndsWith(label(random), value(random));
      case 10 -> new Selector.Not(selector(random, depth - 1));
      case 11 -> new Selector.And(operands(random, depth));
      default -> new Selector.Or(operands(random, depth));
    };
  }

  static Map<String, String> labels(RandomGenerator random) {
    Map<String, String> labels = new HashMap<>();
    for (String label : LABELS) {
      if (random.nextInt(3) > 0) {
        labels.put(label, value(random));
      }
    }
    return labels;
  }

  private static List<Selector> operands(RandomGenerator random, int depth) {
    return IntStream.range(0, 2 + random.nextInt(2))
        .mapToObj(_ -> selector(random, depth - 1))
        .toList();
  }

  private static Set<String> values(RandomGenerator random) {
    Set<String> values = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      values.add(value(random));
    }
    return values;
  }

  private static String label(RandomGenerator random) {
    return LABELS.get(random.nextInt(LABELS.size()));
  }

  private static String value(RandomGenerator random) {
    return VALUES.get(random.nextInt(VALUES.size()));
  }
}
