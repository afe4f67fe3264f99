// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.engine.HostPolicy;
import dev.brindle.policy.engine.PolicyDelta;
import dev.brindle.policy.engine.PolicyEngine;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.PolicyImage;
import dev.brindle.policy.engine.RuleSet;
import dev.brindle.policy.rule.ServiceKnowledge;
import dev.brindle.policy.rule.SideMatch;
import dev.brindle.policy.set.IpSetName;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a change of policy, labels or networks means for the endpoints of each node. The rules are
/// the agent's own: one engine works for all nodes at once.
public final class PolicyEffect {

  /// Kinds that policy is made of.
  public static final List<ResourceKind> KINDS =
      List.of(
          ResourceKind.WORKLOAD_ENDPOINT,
          ResourceKind.HOST_ENDPOINT,
          ResourceKind.PROFILE,
          ResourceKind.NETWORK_POLICY,
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.NETWORK_SET,
          ResourceKind.GLOBAL_NETWORK_SET,
          ResourceKind.TIER,
          ResourceKind.KUBERNETES_ENDPOINT_SLICE);

  private static final String EVERY_NODE = "every node";

  private final Map<ResourceKey, String> nodes = new HashMap<>();
  private final SortedMap<String, OnNode> effects = new TreeMap<>();

  /// Endpoints of one node, by what is different for them: pods' `namespace/name`, host endpoints'
  /// `name`.
  ///
  /// @param policies other policies or profiles hold, or the endpoint comes or goes
  /// @param rules the same hold, and say something else
  /// @param addresses their rules are the same, and their selectors mean other addresses
  public record OnNode(
      SortedSet<String> policies, SortedSet<String> rules, SortedSet<String> addresses) {}

  private PolicyEffect() {}

  /// @param present all resources of `KINDS` as they are stored
  /// @param services whether slices are among them, where there are some
  /// @return by the name of the node; nothing for a node where all stays as it is
  public static SortedMap<String, OnNode> of(
      Collection<Resource> present, Collection<Difference> differences, ServiceKnowledge services) {
    var effect = new PolicyEffect();
    var engine = new PolicyEngine(EVERY_NODE, services);
    engine.apply(present.stream().map(resource -> effect.seen(Change.to(resource))).toList());
    PolicyImage before = engine.image();
    PolicyDelta delta =
        engine.apply(
            differences.stream()
                .filter(difference -> KINDS.contains(difference.key().kind()))
                .map(difference -> new Change(difference.key(), difference.after()))
                .map(effect::seen)
                .toList());
    effect.take(before, engine.image(), delta);
    return effect.effects;
  }

  /// Notes on which node an endpoint is, and puts it on the engine's.
  private Change seen(Change change) {
    if (change.value().isPresent() && change.value().get() instanceof WorkloadEndpoint endpoint) {
      nodes.put(change.key(), endpoint.spec().node());
      return Change.to(
          new WorkloadEndpoint(endpoint.metadata(), endpoint.spec().onNode(EVERY_NODE)));
    }
    if (change.value().isPresent() && change.value().get() instanceof HostEndpoint endpoint) {
      nodes.put(change.key(), endpoint.spec().node());
      return Change.to(new HostEndpoint(endpoint.metadata(), endpoint.spec().onNode(EVERY_NODE)));
    }
    return change;
  }

  private void take(PolicyImage before, PolicyImage after, PolicyDelta delta) {
    Set<PolicyId> otherPolicies = changed(before.policies(), delta.policies());
    Set<String> otherProfiles = changed(before.profiles(), delta.profiles());
    Set<IpSetName> otherSets = delta.setChanges().keySet();
    Set<ResourceKey> others = new HashSet<>(delta.endpoints().keySet());
    others.addAll(delta.hosts().keySet());
    others.forEach(key -> on(key).policies().add(name(key)));
    Map<ResourceKey, Holding> same = new HashMap<>();
    after.endpoints().forEach((key, policy) -> same.put(key, Holding.of(policy)));
    after.hosts().forEach((key, policy) -> same.put(key, Holding.of(policy)));
    same.keySet().removeAll(others);
    same.forEach(
        (key, holding) -> {
          boolean hasOtherRules =
              holding.policies().stream().anyMatch(otherPolicies::contains)
                  || holding.profiles().stream().anyMatch(otherProfiles::contains);
          if (hasOtherRules) {
            on(key).rules().add(name(key));
          } else if (sets(after, holding).anyMatch(otherSets::contains)) {
            on(key).addresses().add(name(key));
          }
        });
  }

  /// What holds for an endpoint.
  private record Holding(Set<PolicyId> policies, List<String> profiles) {

    static Holding of(EndpointPolicy policy) {
      return of(Stream.of(policy.ingress(), policy.egress()), policy.profiles());
    }

    static Holding of(HostPolicy policy) {
      return of(
          Stream.of(
              policy.untracked().ingress(),
              policy.untracked().egress(),
              policy.preDnat(),
              policy.ordinary().ingress(),
              policy.ordinary().egress()),
          policy.profiles());
    }

    private static Holding of(Stream<List<TierPolicies>> tiers, List<String> profiles) {
      return new Holding(
          tiers
              .flatMap(List::stream)
              .flatMap(tier -> tier.policies().stream())
              .collect(Collectors.toUnmodifiableSet()),
          profiles);
    }
  }

  private OnNode on(ResourceKey endpoint) {
    return effects.computeIfAbsent(
        nodes.getOrDefault(endpoint, ""),
        _ -> new OnNode(new TreeSet<>(), new TreeSet<>(), new TreeSet<>()));
  }

  private static String name(ResourceKey key) {
    return key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name();
  }

  /// Those that were there and are there.
  private static <K> Set<K> changed(Map<K, RuleSet> before, Map<K, Optional<RuleSet>> changes) {
    Set<K> changed = new HashSet<>();
    changes.forEach(
        (key, now) -> {
          if (now.isPresent() && before.containsKey(key)) {
            changed.add(key);
          }
        });
    return changed;
  }

  private static Stream<IpSetName> sets(PolicyImage image, Holding holding) {
    Stream<RuleSet> ofPolicies = holding.policies().stream().map(image.policies()::get);
    Stream<RuleSet> ofProfiles = holding.profiles().stream().map(image.profiles()::get);
    return Stream.concat(ofPolicies, ofProfiles)
        .flatMap(rules -> Stream.concat(rules.ingress().stream(), rules.egress().stream()))
        .flatMap(rule -> Stream.of(rule.match().source(), rule.match().destination()))
        .flatMap(PolicyEffect::sets);
  }

  private static Stream<IpSetName> sets(SideMatch side) {
    return Stream.of(side.sets(), side.notSets(), side.portSets(), side.notPortSets())
        .flatMap(List::stream);
  }
}
