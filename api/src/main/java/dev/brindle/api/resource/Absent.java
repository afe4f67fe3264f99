// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns the nulls that JSON reading gives for absent fields into empty values.
final class Absent {

  private Absent() {}

  static String asEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  static <T> List<T> asEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /// Keys in order, so that what is printed does not change from run to run.
  static <V> Map<String, V> asEmpty(@Nullable Map<String, V> map) {
    return map == null || map.isEmpty() ? Map.of() : CompactMap.copyOf(map);
  }

  @SuppressWarnings("NullableOptional") // JSON reading gives null for an absent creator property
  static <T> Optional<T> asEmpty(@Nullable Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }

  /// @throws IllegalArgumentException where null was written
  static <T> T required(@Nullable T value, String name) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is required");
    }
    return value;
  }

  static <T> T or(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }
}
