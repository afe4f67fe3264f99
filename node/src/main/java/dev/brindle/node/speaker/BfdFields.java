// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.bfd.BfdSettings;
import java.time.Duration;
import java.util.Set;

/// The section `bfd`: `{interval: 300ms, multiplier: 3, strict: false}`, each with a default;
/// multihop if the neighbour is.
final class BfdFields {

  private static final int MAX_MULTIPLIER = 255;

  private BfdFields() {}

  static BfdSettings of(Field field, Field neighbor) {
    boolean isFound = neighbor.find("interface").isPresent();
    if (!isFound && neighbor.find("address").filter(it -> it.text().contains("%")).isPresent()) {
      throw field.wrong(
          "BFD with a link-local address is for neighbors found by interface; say interface, or"
              + " leave it out");
    }
    boolean isMultihop = PathFields.isMultihop(neighbor);
    field.entries(Set.of("interval", "multiplier", "strict"));
    Duration interval =
        field
            .find("interval")
            .map(it -> it.read(Durations::parse))
            .orElse(BfdSettings.DEFAULT_INTERVAL);
    int multiplier =
        field
            .find("multiplier")
            .map(it -> (int) it.number(1, MAX_MULTIPLIER))
            .orElse(BfdSettings.DEFAULT_MULTIPLIER);
    return field
        .find("interval")
        .orElse(field)
        .checked(() -> new BfdSettings(interval, multiplier, isMultihop, field.flag("strict")));
  }
}
