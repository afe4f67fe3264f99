// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.trace;

import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.rule.RuleAction;

/// One thing a packet met on its way. Its text is for people.
public sealed interface TraceStep {

  /// From here on it is about this endpoint and direction.
  record AtEndpoint(ResourceKey endpoint, PolicyType direction) implements TraceStep {

    @Override
    public String toString() {
      return "%s of %s".formatted(direction, endpoint);
    }
  }

  /// A rule that matches.
  ///
  /// @param rule its place in the policy, from 0
  record PolicyRuleMet(String tier, PolicyId policy, int rule, RuleAction action)
      implements TraceStep {

    @Override
    public String toString() {
      return "tier %s, policy %s, rule %d: %s".formatted(tier, policy, rule, action);
    }
  }

  /// No rule of the policy decided.
  record PolicyLeft(String tier, PolicyId policy) implements TraceStep {

    @Override
    public String toString() {
      return "tier %s, policy %s: no rule decides".formatted(tier, policy);
    }
  }

  /// No policy of the tier decided.
  record TierLeft(String tier, boolean passes) implements TraceStep {

    @Override
    public String toString() {
      return "end of tier %s: %s".formatted(tier, passes ? RuleAction.PASS : RuleAction.DENY);
    }
  }

  /// A rule that matches.
  ///
  /// @param rule its place in the profile, from 0
  record ProfileRuleMet(String profile, int rule, RuleAction action) implements TraceStep {

    @Override
    public String toString() {
      return "profile %s, rule %d: %s".formatted(profile, rule, action);
    }
  }

  /// No rule of the profile decided.
  record ProfileLeft(String profile) implements TraceStep {

    @Override
    public String toString() {
      return "profile %s: no rule decides".formatted(profile);
    }
  }

  /// No profile decided.
  record ProfilesLeft() implements TraceStep {

    @Override
    public String toString() {
      return "no profile allows it: DENY";
    }
  }

  /// No policy decided about what a host forwards.
  record ForwardedUndecided() implements TraceStep {

    @Override
    public String toString() {
      return "no policy decides about what is forwarded: ALLOW";
    }
  }

  /// Nothing on this node has a say about the packet.
  record NoEndpoint() implements TraceStep {

    @Override
    public String toString() {
      return "neither end is an endpoint of this node";
    }
  }
}
