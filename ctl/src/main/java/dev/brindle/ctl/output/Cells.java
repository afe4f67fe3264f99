// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// Text of values in tables.
final class Cells {

  private static final int LONGEST = 80;
  static final String NIL = "<nil>";

  private Cells() {}

  static String orElse(Optional<?> value, String absent) {
    return value.map(Object::toString).orElse(absent);
  }

  static String order(Optional<Double> order) {
    return order.map(GoNumber::shortest).orElse(NIL);
  }

  /// Cut with dots when it gets long.
  static String joined(Collection<?> values) {
    String text = values.stream().map(Object::toString).collect(joining(","));
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
  }

  static String joined(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .sorted()
        .collect(joining(","));
  }
}
