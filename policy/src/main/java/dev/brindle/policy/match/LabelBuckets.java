// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.match;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Things filed by label and value.
final class LabelBuckets<T> {

  private final Map<String, Map<String, Set<T>>> byLabel = new HashMap<>();

  void add(String label, String value, T thing) {
    byLabel
        .computeIfAbsent(label, _ -> new HashMap<>())
        .computeIfAbsent(value, _ -> new HashSet<>())
        .add(thing);
  }

  void remove(String label, String value, T thing) {
    byLabel.computeIfPresent(
        label,
        (_, values) -> {
          values.computeIfPresent(
              value, (_, things) -> things.remove(thing) && things.isEmpty() ? null : things);
          return values.isEmpty() ? null : values;
        });
  }

  Set<T> with(String label, String value) {
    return byLabel.getOrDefault(label, Map.of()).getOrDefault(value, Set.of());
  }

  /// Everything that has the label, whatever its value.
  void forEachWith(String label, Consumer<T> action) {
    byLabel.getOrDefault(label, Map.of()).values().forEach(things -> things.forEach(action));
  }

  int count(String label, Set<String> values) {
    return values.stream().mapToInt(value -> with(label, value).size()).sum();
  }
}
