// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.pool;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a controller says of a resource under `status.conditions`.
///
/// @param reason one word, for programs
/// @param message for people
public record Condition(String type, boolean isTrue, String reason, String message) {

  private static final String CONDITIONS = "conditions";
  private static final String TYPE = "type";
  private static final String STATUS = "status";
  private static final String REASON = "reason";
  private static final String MESSAGE = "message";

  /// What is said by a condition of that type; empty if nothing is.
  static Optional<Boolean> said(Map<String, Object> status, String type) {
    return conditions(status).stream()
        .filter(each -> type.equals(each.get(TYPE)))
        .findFirst()
        .map(each -> "True".equals(each.get(STATUS)));
  }

  /// The status with this condition in the place of the one of its type.
  ///
  /// @param now when it became so
  /// @return equal to `status` if it says this already
  public Map<String, Object> in(Map<String, Object> status, Instant now) {
    List<Map<String, Object>> all = new ArrayList<>(conditions(status));
    Map<String, Object> mine = new LinkedHashMap<>();
    mine.put(TYPE, type);
    mine.put(STATUS, isTrue ? "True" : "False");
    mine.put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    mine.put(REASON, reason);
    mine.put(MESSAGE, message);
    for (int i = 0; i < all.size(); i++) {
      Map<String, Object> there = all.get(i);
      if (type.equals(there.get(TYPE))) {
        boolean isSame =
            List.of(STATUS, REASON, MESSAGE).stream()
                .allMatch(field -> Objects.equals(mine.get(field), there.get(field)));
        if (isSame) {
          return status;
        }
        all.set(i, mine);
        return with(status, all);
      }
    }
    all.add(mine);
    return with(status, all);
  }

  private static Map<String, Object> with(
      Map<String, Object> status, List<Map<String, Object>> conditions) {
    Map<String, Object> changed = new LinkedHashMap<>(status);
    changed.put(CONDITIONS, conditions);
    return changed;
  }

  private static List<Map<String, Object>> conditions(Map<String, Object> status) {
    List<Map<String, Object>> all = new ArrayList<>();
    if (status.get(CONDITIONS) instanceof Collection<?> conditions) {
      for (Object each : conditions) {
        if (each instanceof Map<?, ?> condition) {
          Map<String, Object> copy = new LinkedHashMap<>();
          condition.forEach((name, value) -> copy.put(name.toString(), value));
          all.add(copy);
        }
      }
    }
    return all;
  }
}
