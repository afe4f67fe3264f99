// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.trace;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.PolicyImage;
import dev.brindle.policy.engine.RuleSet;
import dev.brindle.policy.rule.PolicyRule;
import dev.brindle.policy.rule.RuleAction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows the first packet of a connection through tiers, policies and profiles.
///
/// ```
/// egress of its source      tier -> tier -> ... -> profiles
///          │ allowed           │ first Allow or Deny decides; Pass: next tier
///          ▼                   │ nothing decides: Deny, or next tier if the tier passes
/// ingress of its destination (the same)
/// ```
public final class PacketTrace {

  private final PolicyImage image;
  private final RuleMatcher matcher;
  private final Packet packet;
  private final List<TraceStep> steps = new ArrayList<>();

  private PacketTrace(PolicyImage image, Packet packet) {
    this.image = image;
    this.matcher = new RuleMatcher(image.sets());
    this.packet = packet;
  }

  /// Both directions, as far as the ends are endpoints of this node. Traffic that no endpoint of
  /// this node sends or receives is not policy's business and counts as allowed.
  public static Verdict of(PolicyImage image, Packet packet) {
    Optional<EndpointPolicy> source = endpoint(image, packet.source());
    Optional<EndpointPolicy> destination = endpoint(image, packet.destination());
    var trace = new PacketTrace(image, packet);
    if (source.isEmpty() && destination.isEmpty()) {
      return new Verdict(true, List.of(new TraceStep.NoEndpoint()));
    }
    boolean isAllowed =
        source.map(policy -> trace.at(policy, PolicyType.EGRESS)).orElse(true)
            && destination.map(policy -> trace.at(policy, PolicyType.INGRESS)).orElse(true);
    return new Verdict(isAllowed, trace.steps);
  }

  /// One direction at one endpoint.
  public static Verdict of(
      PolicyImage image, EndpointPolicy endpoint, PolicyType direction, Packet packet) {
    var trace = new PacketTrace(image, packet);
    boolean isAllowed = trace.at(endpoint, direction);
    return new Verdict(isAllowed, trace.steps);
  }

  /// If several have the address, the first by key.
  private static Optional<EndpointPolicy> endpoint(PolicyImage image, IpAddress address) {
    return image.endpoints().entrySet().stream()
        .filter(
            entry ->
                entry.getValue().endpoint().spec().ipNetworks().stream()
                    .anyMatch(net -> net.contains(address)))
        .min(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .map(Map.Entry::getValue);
  }

  private boolean at(EndpointPolicy policy, PolicyType direction) {
    steps.add(new TraceStep.AtEndpoint(policy.endpoint().key(), direction));
    List<TierPolicies> tiers = direction == PolicyType.INGRESS ? policy.ingress() : policy.egress();
    for (TierPolicies tier : tiers) {
      RuleAction action = throughTier(tier, direction);
      if (action != RuleAction.PASS) {
        return action == RuleAction.ALLOW;
      }
    }
    return throughProfiles(policy.profiles(), direction);
  }

  private RuleAction throughTier(TierPolicies tier, PolicyType direction) {
    for (PolicyId id : tier.policies()) {
      List<PolicyRule> rules = rules(image.policies().get(id), id, direction);
      for (int i = 0; i < rules.size(); i++) {
        PolicyRule rule = rules.get(i);
        if (matcher.matches(rule.match(), packet)) {
          steps.add(new TraceStep.PolicyRuleMet(tier.tier(), id, i, rule.action()));
          if (rule.action() != RuleAction.LOG) {
            return rule.action();
          }
        }
      }
      steps.add(new TraceStep.PolicyLeft(tier.tier(), id));
    }
    steps.add(new TraceStep.TierLeft(tier.tier(), tier.passes()));
    return tier.passes() ? RuleAction.PASS : RuleAction.DENY;
  }

  private boolean throughProfiles(List<String> profiles, PolicyType direction) {
    for (String profile : profiles) {
      RuleAction action = throughProfile(profile, direction);
      if (action != RuleAction.PASS) {
        return action == RuleAction.ALLOW;
      }
    }
    steps.add(new TraceStep.ProfilesLeft());
    return false;
  }

  /// Pass, and no rule that decides, lead to the next profile.
  private RuleAction throughProfile(String profile, PolicyType direction) {
    List<PolicyRule> rules = rules(image.profiles().get(profile), profile, direction);
    for (int i = 0; i < rules.size(); i++) {
      PolicyRule rule = rules.get(i);
      if (matcher.matches(rule.match(), packet)) {
        steps.add(new TraceStep.ProfileRuleMet(profile, i, rule.action()));
        if (rule.action() != RuleAction.LOG) {
          return rule.action();
        }
      }
    }
    steps.add(new TraceStep.ProfileLeft(profile));
    return RuleAction.PASS;
  }

  private static List<PolicyRule> rules(
      @Nullable RuleSet rules, Object owner, PolicyType direction) {
    if (rules == null) {
      throw new IllegalStateException("an endpoint refers to " + owner + ", which is not there");
    }
    return direction == PolicyType.INGRESS ? rules.ingress() : rules.egress();
  }
}
