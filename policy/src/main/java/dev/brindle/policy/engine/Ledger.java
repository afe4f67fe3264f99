// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A map that remembers what was different when its changes were last taken.
final class Ledger<K, V> {

  private final Map<K, V> values = new HashMap<>();
  private final Map<K, Optional<V>> before = new HashMap<>();

  Optional<V> get(K key) {
    return Optional.ofNullable(values.get(key));
  }

  /// @param value absent to remove
  void put(K key, Optional<V> value) {
    before.putIfAbsent(key, get(key));
    if (value.isPresent()) {
      values.put(key, value.get());
    } else {
      values.remove(key);
    }
  }

  Map<K, V> all() {
    return Map.copyOf(values);
  }

  /// What is different since the last call. Back and forth in between leaves no trace.
  Map<K, Optional<V>> takeChanges() {
    Map<K, Optional<V>> changes = new HashMap<>();
    before.forEach(
        (key, old) -> {
          Optional<V> now = get(key);
          if (!now.equals(old)) {
            changes.put(key, now);
          }
        });
    before.clear();
    return changes;
  }
}
