// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

/// What a rule does with a packet that matches.
public enum RuleAction {
  ALLOW,
  DENY,
  /// Note it, then go on with the next rule.
  LOG,
  /// On with the next tier.
  PASS
}
