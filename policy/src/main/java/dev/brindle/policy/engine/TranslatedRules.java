// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.SetDefinition;
import java.util.Map;

/// The rules of one policy or profile, with the sets they refer to.
///
/// @param problem what could not be carried out as written; empty if nothing
record TranslatedRules(RuleSet rules, Map<IpSetName, SetDefinition> sets, String problem) {

  TranslatedRules {
    sets = Map.copyOf(sets);
  }
}
