// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.trace;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.engine.HostPolicy;
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

  /// One direction at a host endpoint: before tracking, before translation if it comes in, and then
  /// what holds for the host itself or for what it forwards; what is forwarded does not go out
  /// untracked. Failsafe ports are not policy.
  public static Verdict ofHost(
      PolicyImage image,
      HostPolicy host,
      PolicyType direction,
      boolean isForwarded,
      Packet packet) {
    var trace = new PacketTrace(image, packet);
    boolean isAllowed = trace.atHost(host, direction, isForwarded);
    return new Verdict(isAllowed, trace.steps);
  }

  private boolean atHost(HostPolicy host, PolicyType direction, boolean isForwarded) {
    steps.add(new TraceStep.AtEndpoint(host.endpoint().key(), direction));
    boolean isForwardedOut = isForwarded && direction == PolicyType.EGRESS;
    RuleAction early =
        isForwardedOut
            ? RuleAction.PASS
            : throughTiers(tiers(host.untracked(), direction), direction, false);
    if (early == RuleAction.PASS && direction == PolicyType.INGRESS) {
      early = throughTiers(host.preDnat(), direction, false);
    }
    if (early != RuleAction.PASS) {
      return early == RuleAction.ALLOW;
    }
    HostPolicy.Tiers last = isForwarded ? host.forwarded() : host.ordinary();
    RuleAction action = throughTiers(tiers(last, direction), direction, true);
    if (action != RuleAction.PASS) {
      return action == RuleAction.ALLOW;
    }
    if (isForwarded) {
      steps.add(new TraceStep.ForwardedUndecided());
      return true;
    }
    return throughProfiles(host.profiles(), direction);
  }

  private static List<TierPolicies> tiers(HostPolicy.Tiers tiers, PolicyType direction) {
    return direction == PolicyType.INGRESS ? tiers.ingress() : tiers.egress();
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
    RuleAction action = throughTiers(tiers, direction, true);
    return action == RuleAction.PASS
        ? throughProfiles(policy.profiles(), direction)
        : action == RuleAction.ALLOW;
  }

  private RuleAction throughTiers(
      List<TierPolicies> tiers, PolicyType direction, boolean dropsAtEnd) {
    for (TierPolicies tier : tiers) {
      RuleAction action = throughTier(tier, direction, dropsAtEnd);
      if (action != RuleAction.PASS) {
        return action;
      }
    }
    return RuleAction.PASS;
  }

  private RuleAction throughTier(TierPolicies tier, PolicyType direction, boolean dropsAtEnd) {
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
    boolean passes = tier.passes() || !dropsAtEnd;
    steps.add(new TraceStep.TierLeft(tier.tier(), passes));
    return passes ? RuleAction.PASS : RuleAction.DENY;
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
