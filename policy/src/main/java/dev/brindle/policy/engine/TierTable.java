// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The tiers there are. Three are built in and never change; a tier that policies name but nobody
/// made comes last and drops what it does not decide.
final class TierTable {

  private static final Map<String, Tier.Spec> BUILT_IN =
      Map.of(
          "kube-admin",
          new Tier.Spec(Optional.of(1_000.0), Rule.Action.PASS),
          Tier.DEFAULT,
          new Tier.Spec(Optional.of(1_000_000.0), Rule.Action.DENY),
          "kube-baseline",
          new Tier.Spec(Optional.of(10_000_000.0), Rule.Action.PASS));

  private final Map<String, Tier.Spec> tiers = new HashMap<>(BUILT_IN);

  /// @return whether anything is different now
  boolean put(String name, Optional<Tier.Spec> spec) {
    if (BUILT_IN.containsKey(name)) {
      return false;
    }
    Tier.Spec old = spec.isPresent() ? tiers.put(name, spec.get()) : tiers.remove(name);
    return !Optional.ofNullable(old).equals(spec);
  }

  /// Whether what no policy decided goes on to the next tier.
  boolean passes(String name) {
    Tier.Spec tier = tiers.get(name);
    return tier != null && tier.defaultAction() == Rule.Action.PASS;
  }

  /// Existing ones first, then smaller order first, none last; then by name.
  Comparator<String> order() {
    return Comparator.<String, Boolean>comparing(name -> !tiers.containsKey(name))
        .thenComparingDouble(this::orderOf)
        .thenComparing(Comparator.naturalOrder());
  }

  private double orderOf(String name) {
    Tier.Spec tier = tiers.get(name);
    return tier == null ? 0 : PolicyOrder.orLast(tier.order());
  }
}
