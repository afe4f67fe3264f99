// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.GlobalNetworkSet;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.NetworkSet;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.rule.ServiceKnowledge;
import dev.brindle.policy.set.AddressSource;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.ServiceName;
import dev.brindle.policy.set.SetDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The image worked out from the resources present, with loops only: no index, no count, no memory.
final class FromScratch {

  private static final Set<PolicyClass> POD = Set.of(PolicyClass.ORDINARY, PolicyClass.FORWARDED);

  private final String node;
  private final List<WorkloadEndpoint> endpoints = new ArrayList<>();
  private final List<HostEndpoint> hosts = new ArrayList<>();
  private final List<Resource> networkSets = new ArrayList<>();
  private final List<KubernetesEndpointSlice> slices = new ArrayList<>();
  private final Map<String, Profile> profiles = new TreeMap<>();
  private final Map<String, Tier.Spec> tiers = new TreeMap<>();
  private final List<PolicyDefinition> policies = new ArrayList<>();

  private final Map<IpSetName, SetDefinition> sets = new HashMap<>();
  private final Map<PolicyId, RuleSet> activePolicies = new HashMap<>();
  private final Map<String, RuleSet> activeProfiles = new HashMap<>();

  private FromScratch(String node, Collection<Resource> present) {
    this.node = node;
    present.forEach(this::sort);
    List<Rule> all = List.of(Rule.of(Rule.Action.ALLOW));
    profiles.put(
        PolicyEngine.DEFAULT_ALLOW,
        new Profile(
            Metadata.named(PolicyEngine.DEFAULT_ALLOW), new Profile.Spec(all, all, Map.of())));
    tiers.put("default", new Tier.Spec(Optional.of(1_000_000.0), Rule.Action.DENY));
    tiers.put("kube-admin", new Tier.Spec(Optional.of(1_000.0), Rule.Action.PASS));
    tiers.put("kube-baseline", new Tier.Spec(Optional.of(10_000_000.0), Rule.Action.PASS));
  }

  static PolicyImage image(String node, Collection<Resource> present) {
    return new FromScratch(node, present).image();
  }

  private void sort(Resource resource) {
    switch (resource) {
      case WorkloadEndpoint endpoint -> {
        if (!endpoint.spec().ipNetworks().isEmpty()) {
          endpoints.add(endpoint);
        }
      }
      case HostEndpoint host -> hosts.add(host);
      case KubernetesEndpointSlice slice -> slices.add(slice);
      case NetworkSet set -> networkSets.add(set);
      case GlobalNetworkSet set -> networkSets.add(set);
      case Profile profile -> profiles.put(profile.metadata().name(), profile);
      case Tier tier -> tiers.put(tier.metadata().name(), tier.spec());
      case NetworkPolicy policy ->
          PolicyReading.of(policy, ServiceKnowledge.KNOWN).value().ifPresent(policies::add);
      case GlobalNetworkPolicy policy ->
          PolicyReading.of(policy, ServiceKnowledge.KNOWN).value().ifPresent(policies::add);
      default -> throw new IllegalArgumentException(resource.key().toString());
    }
  }

  private PolicyImage image() {
    Map<ResourceKey, EndpointPolicy> policyOf = new HashMap<>();
    for (PolicyDefinition policy : policies) {
      if (policy.isEverywhere()) {
        use(policy);
      }
    }
    for (WorkloadEndpoint endpoint : endpoints) {
      if (endpoint.spec().node().equals(node)) {
        policyOf.put(
            endpoint.key(),
            new EndpointPolicy(
                endpoint,
                tiersOf(labels(endpoint), POD, PolicyType.INGRESS),
                tiersOf(labels(endpoint), POD, PolicyType.EGRESS),
                profilesOf(endpoint.spec().profiles())));
      }
    }
    Map<ResourceKey, HostPolicy> hostPolicyOf = new HashMap<>();
    for (HostEndpoint host : hosts) {
      if (host.spec().node().equals(node)) {
        hostPolicyOf.put(host.key(), hostPolicy(host));
      }
    }
    Map<IpSetName, Set<IpSetMember>> contents = new HashMap<>();
    sets.forEach((name, definition) -> contents.put(name, members(definition)));
    return new PolicyImage(contents, activePolicies, activeProfiles, policyOf, hostPolicyOf);
  }

  private HostPolicy hostPolicy(HostEndpoint host) {
    Map<String, String> labels = labels(host);
    policies.stream().filter(policy -> policy.selector().matches(labels)).forEach(this::use);
    boolean isNamed = !host.spec().interfaceName().equals("*");
    return new HostPolicy(
        host,
        isNamed ? tiers(labels, PolicyClass.UNTRACKED) : HostPolicy.Tiers.NONE,
        tiersOf(labels, Set.of(PolicyClass.PRE_DNAT), PolicyType.INGRESS),
        new HostPolicy.Tiers(
            tiersOf(labels, POD, PolicyType.INGRESS), tiersOf(labels, POD, PolicyType.EGRESS)),
        tiers(labels, PolicyClass.FORWARDED),
        profilesOf(host.spec().profiles()));
  }

  private HostPolicy.Tiers tiers(Map<String, String> labels, PolicyClass policyClass) {
    return new HostPolicy.Tiers(
        tiersOf(labels, Set.of(policyClass), PolicyType.INGRESS),
        tiersOf(labels, Set.of(policyClass), PolicyType.EGRESS));
  }

  private List<TierPolicies> tiersOf(
      Map<String, String> labels, Set<PolicyClass> classes, PolicyType type) {
    Map<String, List<PolicyDefinition>> byTier = new HashMap<>();
    for (PolicyDefinition policy : policies) {
      if (classes.contains(policy.policyClass()) && policy.selector().matches(labels)) {
        use(policy);
        if (policy.types().contains(type)) {
          byTier.computeIfAbsent(policy.tier(), _ -> new ArrayList<>()).add(policy);
        }
      }
    }
    return byTier.entrySet().stream()
        .sorted(Comparator.comparing(tier -> sortKey(tier.getKey())))
        .map(tier -> new TierPolicies(tier.getKey(), passes(tier.getKey()), ids(tier.getValue())))
        .toList();
  }

  /// Text that sorts as the tiers do: existing first, by order, then by name.
  private String sortKey(String tier) {
    Tier.Spec spec = tiers.get(tier);
    return spec == null
        ? "z " + tier
        : spec.order().map(order -> "a %020.3f ".formatted(order)).orElse("b ") + tier;
  }

  private boolean passes(String tier) {
    Tier.Spec spec = tiers.get(tier);
    return spec != null && spec.defaultAction() == Rule.Action.PASS;
  }

  private static List<PolicyId> ids(List<PolicyDefinition> policies) {
    return policies.stream()
        .sorted(
            Comparator.comparing(
                policy ->
                    policy.order().map(order -> "a %020.3f ".formatted(order)).orElse("b ")
                        + policy.id().name()
                        + "/"
                        + policy.id().namespace()))
        .map(PolicyDefinition::id)
        .toList();
  }

  private void use(PolicyDefinition policy) {
    activePolicies.put(policy.id(), policy.rules().rules());
    sets.putAll(policy.rules().sets());
  }

  private List<String> profilesOf(List<String> names) {
    List<String> existing = new ArrayList<>();
    for (String name : names) {
      Profile profile = profiles.get(name);
      if (profile != null && !existing.contains(name)) {
        PolicyReading.of(profile, ServiceKnowledge.KNOWN)
            .value()
            .ifPresent(
                rules -> {
                  existing.add(name);
                  activeProfiles.put(name, rules.rules());
                  sets.putAll(rules.sets());
                });
      }
    }
    return existing;
  }

  private Set<IpSetMember> members(SetDefinition definition) {
    return switch (definition) {
      case SetDefinition.OfSelected selected -> selected(selected);
      case SetDefinition.OfService served -> served(served);
    };
  }

  private Set<IpSetMember> served(SetDefinition.OfService definition) {
    Set<IpSetMember> members = new HashSet<>();
    for (KubernetesEndpointSlice slice : slices) {
      if (ServiceName.of(slice).equals(definition.service())) {
        members.addAll(definition.members(AddressSource.of(slice)));
      }
    }
    return members;
  }

  private Set<IpSetMember> selected(SetDefinition.OfSelected definition) {
    Set<IpSetMember> members = new HashSet<>();
    for (WorkloadEndpoint endpoint : endpoints) {
      if (definition.selector().matches(labels(endpoint))) {
        members.addAll(definition.members(AddressSource.of(endpoint)));
      }
    }
    for (HostEndpoint host : hosts) {
      if (definition.selector().matches(labels(host))) {
        members.addAll(definition.members(HostReading.source(host)));
      }
    }
    for (Resource set : networkSets) {
      if (definition.selector().matches(labels(set))) {
        members.addAll(definition.members(NetworkSetReading.of(set).source()));
      }
    }
    return members;
  }

  private Map<String, String> labels(Resource set) {
    NetworkSetReading reading = NetworkSetReading.of(set);
    Map<String, String> labels = new HashMap<>();
    for (String name : reading.profiles()) {
      Profile profile = profiles.get(name);
      if (profile != null) {
        labels.putAll(profile.spec().labelsToApply());
      }
    }
    labels.putAll(reading.labels());
    return labels;
  }

  private Map<String, String> labels(HostEndpoint host) {
    Map<String, String> labels = new HashMap<>();
    for (String name : host.spec().profiles().reversed()) {
      Profile profile = profiles.get(name);
      if (profile != null) {
        labels.putAll(profile.spec().labelsToApply());
      }
    }
    Map<String, String> own = new HashMap<>(host.metadata().labels());
    own.remove("projectcalico.org/namespace");
    labels.putAll(own);
    return labels;
  }

  private Map<String, String> labels(WorkloadEndpoint endpoint) {
    Map<String, String> labels = new HashMap<>();
    for (String name : endpoint.spec().profiles().reversed()) {
      Profile profile = profiles.get(name);
      if (profile != null) {
        labels.putAll(profile.spec().labelsToApply());
      }
    }
    labels.putAll(EndpointLabels.of(endpoint));
    return labels;
  }
}
