// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.PrefixLimit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The field `maxPrefixes`: a number, or `{limit: N, warning: 80, action: drop, restart: 5m}`.
final class LimitFields {

  private LimitFields() {}

  static PrefixLimit of(Field field) {
    if (field.content() instanceof Field.Content.Text) {
      return PrefixLimit.of((int) field.number(1, Integer.MAX_VALUE));
    }
    field.entries(Set.of("limit", "warning", "action", "restart"));
    PrefixLimit usual = PrefixLimit.of((int) field.get("limit").number(1, Integer.MAX_VALUE));
    PrefixLimit.Excess excess =
        field
            .find("action")
            .map(
                it ->
                    it.oneOf(
                        Map.of("drop", PrefixLimit.Excess.DROP, "warn", PrefixLimit.Excess.WARN)))
            .orElse(usual.excess());
    Optional<Field> restart = field.find("restart");
    if (restart.isPresent() && excess == PrefixLimit.Excess.WARN) {
      throw restart.get().wrong("with action warn no session ends; leave it out");
    }
    int warning = field.find("warning").map(it -> (int) it.number(1, 100)).orElse(usual.warning());
    return restart
        .orElse(field)
        .checked(
            () ->
                new PrefixLimit(
                    usual.prefixes(),
                    warning,
                    excess,
                    restart.map(it -> it.read(Durations::parse))));
  }
}
