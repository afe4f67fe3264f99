// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The rules in force on this node, of policies or of profiles. Holds the sets they refer to.
final class RuleSets<K> {

  private final ActiveSets sets;
  private final Map<K, TranslatedRules> active = new HashMap<>();
  private final Ledger<K, RuleSet> published = new Ledger<>();

  RuleSets(ActiveSets sets) {
    this.sets = sets;
  }

  /// @param rules absent to take them out of force
  void put(K key, Optional<TranslatedRules> rules) {
    Optional<TranslatedRules> old = Optional.ofNullable(active.get(key));
    if (old.equals(rules)) {
      return;
    }
    rules.ifPresent(now -> sets.acquire(now.sets()));
    old.ifPresent(before -> sets.release(before.sets()));
    if (rules.isPresent()) {
      active.put(key, rules.get());
    } else {
      active.remove(key);
    }
    published.put(key, rules.map(TranslatedRules::rules));
  }

  Map<K, RuleSet> all() {
    return published.all();
  }

  Map<K, Optional<RuleSet>> takeChanges() {
    return published.takeChanges();
  }
}
