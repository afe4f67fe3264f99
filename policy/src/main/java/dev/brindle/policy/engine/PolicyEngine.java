// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.KubernetesEndpointSlice;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.policy.match.InheritedLabels;
import dev.brindle.policy.rule.ServiceKnowledge;
import dev.brindle.policy.set.AddressSource;
import dev.brindle.policy.set.IpSetContents;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.ServiceName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Works out, from the resources there are, what this node must enforce. One owner; not for several
/// threads. The image depends only on the resources present, never on the order they came in.
///
/// A change first updates the tables and notes what may be different: policies, profiles and
/// endpoints. When a batch is in, those are worked out anew, and what really is different is told.
public final class PolicyEngine {

  /// The profile that exists always and allows everything.
  public static final String DEFAULT_ALLOW = "projectcalico-default-allow";

  private final String node;
  private ServiceKnowledge services;

  /// Policies and profiles that name services: what they mean depends on who is known.
  private final Map<ResourceKey, Resource> namingServices = new TreeMap<>();

  private final Map<ResourceKey, WorkloadEndpoint> endpoints = new HashMap<>();
  private final Map<ResourceKey, HostEndpoint> hosts = new HashMap<>();
  private final Map<ResourceKey, AddressSource> networkSets = new HashMap<>();
  private final Map<String, TranslatedRules> profileRules = new HashMap<>();
  private final InheritedLabels<ResourceKey> labels = new InheritedLabels<>();
  private final ProfileUsers profileUsers = new ProfileUsers();
  private final TierTable tiers = new TierTable();
  private final Selections selections = new Selections(tiers);
  private final ActiveSets sets = new ActiveSets();
  private final Map<ResourceKey, String> problems = new TreeMap<>();

  private final RuleSets<PolicyId> policies = new RuleSets<>(sets);
  private final RuleSets<String> profiles = new RuleSets<>(sets);
  private final Ledger<ResourceKey, EndpointPolicy> local = new Ledger<>();
  private final Ledger<ResourceKey, HostPolicy> localHosts = new Ledger<>();

  private final Set<PolicyId> touchedPolicies = new HashSet<>();
  private final Set<String> touchedProfiles = new HashSet<>();
  private final Set<ResourceKey> touchedEndpoints = new HashSet<>();

  /// @param node whose endpoints count as local
  public PolicyEngine(String node, ServiceKnowledge services) {
    this.node = node;
    this.services = services;
    List<Rule> allowAll = List.of(Rule.of(Rule.Action.ALLOW));
    putProfileRules(
        new Profile(Metadata.named(DEFAULT_ALLOW), new Profile.Spec(allowAll, allowAll, Map.of())));
  }

  /// Takes in changes and says what is different. Kinds that policy has nothing to do with are
  /// ignored.
  public PolicyDelta apply(Collection<Change> changes) {
    changes.forEach(this::take);
    settle();
    return delta();
  }

  /// Whether it is known from now on who is behind services. What is different for it is told with
  /// the next changes.
  public void services(ServiceKnowledge now) {
    if (now != services) {
      services = now;
      List.copyOf(namingServices.values()).forEach(each -> take(Change.to(each)));
    }
  }

  /// All that is in force: what all deltas so far add up to.
  public PolicyImage image() {
    return new PolicyImage(
        sets.all(), policies.all(), profiles.all(), local.all(), localHosts.all());
  }

  /// Resources that do not count, or not as they are written, and why. In order of their keys.
  public Map<ResourceKey, String> problems() {
    return Collections.unmodifiableMap(new TreeMap<>(problems));
  }

  private void take(Change change) {
    namingServices.remove(change.key());
    change
        .value()
        .filter(PolicyReading::namesServices)
        .ifPresent(value -> namingServices.put(change.key(), value));
    switch (change.key().kind()) {
      case NETWORK_POLICY, GLOBAL_NETWORK_POLICY -> takePolicy(change);
      case NETWORK_SET, GLOBAL_NETWORK_SET -> takeNetworkSet(change);
      case KUBERNETES_ENDPOINT_SLICE -> takeSlice(change);
      case PROFILE -> takeProfile(change);
      case TIER -> takeTier(change);
      case WORKLOAD_ENDPOINT -> takeEndpoint(change);
      case HOST_ENDPOINT -> takeHost(change);
      case BGP_CONFIGURATION,
          BGP_FILTER,
          BGP_PEER,
          BLOCK_AFFINITY,
          CALICO_NODE_STATUS,
          CLUSTER_INFORMATION,
          FELIX_CONFIGURATION,
          IPAM_BLOCK,
          IPAM_CONFIG,
          IPAM_HANDLE,
          IP_POOL,
          IP_RESERVATION,
          KUBE_CONTROLLERS_CONFIGURATION,
          KUBERNETES_SERVICE,
          LIVE_MIGRATION,
          NODE,
          STAGED_GLOBAL_NETWORK_POLICY,
          STAGED_KUBERNETES_NETWORK_POLICY,
          STAGED_NETWORK_POLICY -> {}
    }
  }

  private void takePolicy(Change change) {
    PolicyReading<PolicyDefinition> reading =
        change.value().map(this::readPolicy).orElseGet(PolicyReading::nothing);
    note(change.key(), reading.problem());
    PolicyId id = PolicyId.of(change.key());
    touchedEndpoints.addAll(selections.put(id, reading.value()));
    touchedPolicies.add(id);
  }

  private PolicyReading<PolicyDefinition> readPolicy(Resource policy) {
    return switch (policy) {
      case NetworkPolicy namespaced -> PolicyReading.of(namespaced, services);
      case GlobalNetworkPolicy global -> PolicyReading.of(global, services);
      default -> throw new IllegalArgumentException(policy.key() + " is not a policy");
    };
  }

  private void takeProfile(Change change) {
    String name = change.key().name();
    if (name.equals(DEFAULT_ALLOW)) {
      return;
    }
    Optional<Profile> profile = change.value().map(Profile.class::cast);
    if (profile.isPresent()) {
      putProfileRules(profile.get());
    } else {
      note(change.key(), "");
      profileRules.remove(name);
    }
    touchedProfiles.add(name);
    touchedEndpoints.addAll(profileUsers.of(name));
    Map<String, String> applied = profile.map(p -> p.spec().labelsToApply()).orElse(Map.of());
    labels.putParent(name, applied).forEach(this::relabel);
  }

  private void putProfileRules(Profile profile) {
    PolicyReading<TranslatedRules> reading = PolicyReading.of(profile, services);
    note(profile.key(), reading.problem());
    profileRules.remove(profile.metadata().name());
    reading.value().ifPresent(rules -> profileRules.put(profile.metadata().name(), rules));
  }

  private void takeTier(Change change) {
    Optional<Tier> tier = change.value().map(Tier.class::cast);
    if (tiers.put(change.key().name(), tier.map(Tier::spec))) {
      touchedEndpoints.addAll(local.all().keySet());
      touchedEndpoints.addAll(localHosts.all().keySet());
    }
  }

  /// An endpoint without an address does not count, as in Calico.
  private void takeEndpoint(Change change) {
    ResourceKey key = change.key();
    Optional<WorkloadEndpoint> now =
        change
            .value()
            .map(WorkloadEndpoint.class::cast)
            .filter(endpoint -> !endpoint.spec().ipNetworks().isEmpty());
    WorkloadEndpoint old = endpoints.get(key);
    if (Optional.ofNullable(old).equals(now)) {
      return;
    }
    if (old != null && isLocal(old.spec().node())) {
      leave(key, old.spec().profiles());
    }
    if (now.isPresent()) {
      endpoints.put(key, now.get());
      labels.putItem(key, EndpointLabels.of(now.get()), now.get().spec().profiles());
      relabel(key);
    } else {
      endpoints.remove(key);
      forget(key);
    }
  }

  private void takeHost(Change change) {
    ResourceKey key = change.key();
    Optional<HostEndpoint> now = change.value().map(HostEndpoint.class::cast);
    HostEndpoint old = hosts.get(key);
    if (Optional.ofNullable(old).equals(now)) {
      return;
    }
    if (old != null && isLocal(old.spec().node())) {
      leave(key, old.spec().profiles());
    }
    if (now.isPresent()) {
      hosts.put(key, now.get());
      labels.putItem(key, HostReading.labels(now.get()), now.get().spec().profiles());
      relabel(key);
    } else {
      hosts.remove(key);
      forget(key);
    }
  }

  private void leave(ResourceKey key, List<String> itsProfiles) {
    touchedEndpoints.add(key);
    touchedProfiles.addAll(itsProfiles);
    profileUsers.remove(key, itsProfiles);
  }

  private void forget(ResourceKey key) {
    labels.removeItem(key);
    sets.remove(key);
    touchedPolicies.addAll(selections.removeEndpoint(key));
  }

  /// A set is to selectors in rules what an endpoint elsewhere is; no policy holds for it.
  private void takeNetworkSet(Change change) {
    ResourceKey key = change.key();
    Optional<NetworkSetReading> now = change.value().map(NetworkSetReading::of);
    note(key, now.map(NetworkSetReading::problem).orElse(""));
    if (now.isPresent()) {
      networkSets.put(key, now.get().source());
      labels.putItem(key, now.get().labels(), now.get().profiles());
      relabel(key);
    } else {
      networkSets.remove(key);
      labels.removeItem(key);
      sets.remove(key);
    }
  }

  /// Only rules that name its service see it.
  private void takeSlice(Change change) {
    Optional<KubernetesEndpointSlice> now =
        change
            .value()
            .map(KubernetesEndpointSlice.class::cast)
            .filter(slice -> !slice.spec().service().isEmpty());
    if (now.isPresent()) {
      sets.putSlice(change.key(), ServiceName.of(now.get()), AddressSource.of(now.get()));
    } else {
      sets.removeSlice(change.key());
    }
  }

  private void relabel(ResourceKey key) {
    AddressSource networks = networkSets.get(key);
    WorkloadEndpoint endpoint = endpoints.get(key);
    HostEndpoint host = hosts.get(key);
    if (networks != null) {
      sets.put(key, networks, labels.of(key));
    } else if (endpoint != null) {
      WorkloadEndpoint.Spec spec = endpoint.spec();
      relabel(key, AddressSource.of(endpoint), spec.node(), spec.profiles());
    } else if (host != null) {
      relabel(key, HostReading.source(host), host.spec().node(), host.spec().profiles());
    } else {
      throw new IllegalStateException(key + " has labels but is not known");
    }
  }

  private void relabel(
      ResourceKey key, AddressSource source, String itsNode, List<String> itsProfiles) {
    Map<String, String> all = labels.of(key);
    sets.put(key, source, all);
    if (isLocal(itsNode)) {
      touchedPolicies.addAll(selections.putEndpoint(key, all));
      touchedProfiles.addAll(itsProfiles);
      profileUsers.add(key, itsProfiles);
      touchedEndpoints.add(key);
    } else {
      touchedPolicies.addAll(selections.removeEndpoint(key));
    }
  }

  private boolean isLocal(String itsNode) {
    return itsNode.equals(node);
  }

  private void note(ResourceKey key, String problem) {
    if (problem.isEmpty()) {
      problems.remove(key);
    } else {
      problems.put(key, problem);
    }
  }

  private void settle() {
    touchedPolicies.forEach(id -> policies.put(id, selections.activeRules(id)));
    touchedPolicies.clear();
    touchedProfiles.forEach(name -> profiles.put(name, activeProfile(name)));
    touchedProfiles.clear();
    touchedEndpoints.forEach(this::settle);
    touchedEndpoints.clear();
  }

  private void settle(ResourceKey key) {
    if (key.kind() == ResourceKind.HOST_ENDPOINT) {
      Optional<HostPolicy> policy =
          Optional.ofNullable(hosts.get(key))
              .filter(endpoint -> isLocal(endpoint.spec().node()))
              .map(endpoint -> hostPolicyOf(key, endpoint));
      note(key, policy.isPresent() ? HostTiers.problem(selections, key, policy.get()) : "");
      localHosts.put(key, policy);
    } else {
      local.put(key, policyOf(key));
    }
  }

  private HostPolicy hostPolicyOf(ResourceKey key, HostEndpoint endpoint) {
    return HostTiers.of(selections, key, endpoint, existing(endpoint.spec().profiles()));
  }

  private Optional<TranslatedRules> activeProfile(String name) {
    return profileUsers.of(name).isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(profileRules.get(name));
  }

  private Optional<EndpointPolicy> policyOf(ResourceKey key) {
    return Optional.ofNullable(endpoints.get(key))
        .filter(endpoint -> isLocal(endpoint.spec().node()))
        .map(
            endpoint ->
                new EndpointPolicy(
                    endpoint,
                    selections.tiersOf(key, HostTiers.ORDINARY, PolicyType.INGRESS),
                    selections.tiersOf(key, HostTiers.ORDINARY, PolicyType.EGRESS),
                    existing(endpoint.spec().profiles())));
  }

  private List<String> existing(List<String> names) {
    return new LinkedHashSet<>(names).stream().filter(profileRules::containsKey).toList();
  }

  private PolicyDelta delta() {
    IpSetContents.Changes setChanges = sets.takeChanges();
    Map<IpSetName, PolicyDelta.SetChange> differences = new HashMap<>();
    setChanges
        .changed()
        .forEach(
            (name, difference) ->
                differences.put(
                    name, new PolicyDelta.SetChange(difference.added(), difference.removed())));
    return new PolicyDelta(
        setChanges.fresh(),
        differences,
        setChanges.gone(),
        policies.takeChanges(),
        profiles.takeChanges(),
        local.takeChanges(),
        localHosts.takeChanges());
  }
}
