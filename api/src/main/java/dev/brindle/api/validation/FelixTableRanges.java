// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Routing tables that felix may use.
final class FelixTableRanges {

  private static final long MAX_SINGLE = 250;
  private static final long MAX_TABLE = 0xffff_ffffL;
  private static final long MOST_TABLES = 0xffff;

  /// Both ends included.
  private record Range(long min, long max) {}

  private FelixTableRanges() {}

  static void single(String path, Object value, Findings findings) {
    findings.require(
        range(value, MAX_SINGLE).isPresent(),
        path,
        value,
        "must be a range of route table indices within 1..250");
  }

  static void several(String path, Object value, Findings findings) {
    if (!(value instanceof List<?> list)) {
      findings.reject(path, value, "must be a list of {min, max}");
      return;
    }
    long tables = 0;
    for (Object item : list) {
      Optional<Range> range = range(item, MAX_TABLE);
      findings.require(
          range.isPresent(), path, String.valueOf(item), "must be {min, max} within 1..4294967295");
      tables += range.map(found -> found.max - found.min + 1).orElse(0L);
    }
    findings.require(
        tables <= MOST_TABLES, path, tables + " tables", "at most " + MOST_TABLES + " tables");
  }

  private static Optional<Range> range(@Nullable Object value, long most) {
    if (!(value instanceof Map<?, ?> map) || map.size() != 2) {
      return Optional.empty();
    }
    Object min = map.get("min");
    Object max = map.get("max");
    if (min == null || max == null) {
      return Optional.empty();
    }
    return FelixValueCheck.whole(min)
        .flatMap(from -> FelixValueCheck.whole(max).map(to -> new Range(from, to)))
        .filter(range -> 1 <= range.min && range.min <= range.max && range.max <= most);
  }
}
