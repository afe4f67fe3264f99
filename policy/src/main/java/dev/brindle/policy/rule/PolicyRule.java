// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

/// One rule, ready for the data plane.
public record PolicyRule(RuleAction action, RuleMatch match) {}
