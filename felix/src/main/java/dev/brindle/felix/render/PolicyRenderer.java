// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.endpoint.HostResolution;
import dev.brindle.felix.settings.FloatingIps;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.SourceSpoofing;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.HostPolicy;
import dev.brindle.policy.engine.PolicyDelta;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.RuleSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Keeps the desired tables of both families: policy comes in as deltas, everything else as a
/// whole, and out come the tables, or what is different about them.
///
/// One owner; not for several threads. The tables depend only on what policy and context are now.
public final class PolicyRenderer {

  private final Map<IpFamily, FamilyTable> tables = new TreeMap<>();
  private final Map<PolicyId, RuleSet> policies = new HashMap<>();
  private final Map<String, RuleSet> profiles = new HashMap<>();
  private final InterfaceOwners owners = new InterfaceOwners();
  private final Map<ResourceKey, HostPolicy> hostPolicies = new HashMap<>();

  /// Endpoints that ask for a DSCP.
  private final Map<ResourceKey, WorkloadEndpoint> marked = new HashMap<>();

  private Map<String, Set<IpAddress>> hostInterfaces = Map.of();
  private HostResolution hosts = HostResolution.NONE;
  private RenderContext context;

  public PolicyRenderer(Collection<IpFamily> families, RenderContext context) {
    this.context = context;
    families.forEach(family -> tables.put(family, new FamilyTable(family, context)));
  }

  /// Takes in what is different about policy.
  public void apply(PolicyDelta delta) {
    each(table -> table.changeSets(delta));
    delta.policies().forEach(this::policy);
    delta.profiles().forEach(this::profile);
    Set<String> interfaces = new HashSet<>();
    delta.endpoints().forEach((key, endpoint) -> interfaces.addAll(owners.put(key, endpoint)));
    interfaces.forEach(this::endpoint);
    boolean isSpoofingAllowed =
        context.settings().get(Parameters.WORKLOAD_SOURCE_SPOOFING) == SourceSpoofing.ANY;
    if (isSpoofingAllowed && !delta.endpoints().isEmpty()) {
      each(table -> table.spoofedSources(endpoints()));
    }
    if (context.settings().get(Parameters.FLOATING_IPS) == FloatingIps.ENABLED
        && !delta.endpoints().isEmpty()) {
      each(table -> table.floating(endpoints()));
    }
    delta.hosts().forEach((key, policy) -> replace(hostPolicies, key, policy));
    if (!delta.hosts().isEmpty()) {
      resolveHosts();
    }
    marked.keySet().removeAll(delta.endpoints().keySet());
    delta.endpoints().values().stream()
        .flatMap(Optional::stream)
        .map(EndpointPolicy::endpoint)
        .filter(endpoint -> EgressDscp.of(endpoint).isPresent())
        .forEach(endpoint -> marked.put(endpoint.key(), endpoint));
    dscp();
    each(table -> table.removeSets(delta.goneSets()));
  }

  /// Takes in what interfaces the host has, and with which addresses.
  public void hostInterfaces(Map<String, Set<IpAddress>> addresses) {
    if (!addresses.equals(hostInterfaces)) {
      hostInterfaces = Map.copyOf(addresses);
      resolveHosts();
    }
  }

  private void resolveHosts() {
    HostResolution now =
        HostResolution.of(hostPolicies.values(), hostInterfaces, context.settings());
    if (!now.equals(hosts)) {
      hosts = now;
      each(table -> table.hosts(now));
    }
    dscp();
  }

  /// An endpoint whose interface is another's gets nothing.
  private void dscp() {
    List<WorkloadEndpoint> owning =
        marked.values().stream()
            .filter(
                endpoint ->
                    owners
                        .owner(endpoint.spec().interfaceName())
                        .filter(owner -> owner.endpoint().key().equals(endpoint.key()))
                        .isPresent())
            .toList();
    tables.forEach(
        (family, table) -> table.dscp(EgressDscp.of(family, owning, hosts, hostInterfaces)));
  }

  private void policy(PolicyId id, Optional<RuleSet> rules) {
    replace(policies, id, rules);
    each(table -> table.policy(id, rules));
  }

  private void profile(String name, Optional<RuleSet> rules) {
    replace(profiles, name, rules);
    each(table -> table.profile(name, rules));
  }

  private void endpoint(String interfaceName) {
    Optional<EndpointPolicy> owner = owners.owner(interfaceName);
    each(table -> table.endpoint(interfaceName, owner));
  }

  /// Takes in other settings, tunnels or service networks.
  public void context(RenderContext changed) {
    if (changed.equals(context)) {
      return;
    }
    context = changed;
    hosts = HostResolution.of(hostPolicies.values(), hostInterfaces, context.settings());
    each(table -> table.context(changed, hosts));
    dscp();
    policies.forEach((id, rules) -> each(table -> table.policy(id, Optional.of(rules))));
    profiles.forEach((name, rules) -> each(table -> table.profile(name, Optional.of(rules))));
    owners.interfaces().forEach(this::endpoint);
    each(table -> table.spoofedSources(endpoints()));
    each(table -> table.floating(endpoints()));
  }

  /// Takes in other pools or nodes.
  public void nets(ClusterNets nets) {
    each(table -> table.nets(nets));
  }

  /// The endpoint that an interface belongs to: of several that claim it, the first by key.
  public Optional<EndpointPolicy> owner(String interfaceName) {
    return owners.owner(interfaceName);
  }

  /// Endpoints that own their interface, by name of the interface.
  public List<WorkloadEndpoint> endpoints() {
    return owners.owners().stream().map(EndpointPolicy::endpoint).toList();
  }

  /// Which interface is which host endpoint's.
  public HostResolution hosts() {
    return hosts;
  }

  /// Names of the interfaces under a host endpoint, as `Dataplane` tells which of them are closed;
  /// the one for all others has a name of its own.
  public Set<String> interfacesOf(ResourceKey host) {
    return hosts.hasOthers(host)
        ? Set.of(ChainName.ALL_INTERFACES)
        : Set.copyOf(hosts.interfacesOf(host));
  }

  public boolean owns(ResourceKey endpoint) {
    return endpoints().stream().anyMatch(found -> found.key().equals(endpoint));
  }

  public int policyCount() {
    return policies.size();
  }

  public Collection<IpFamily> families() {
    return List.copyOf(tables.keySet());
  }

  /// Everything, for comparing with the kernel. What was different before counts as taken.
  public List<NftTable> tables() {
    each(FamilyTable::settle);
    return tables.values().stream().map(FamilyTable::table).toList();
  }

  /// The table of a family that the kernel has and we do not program.
  public NftTable closedTable(IpFamily family) {
    return ClosedTable.of(family, context.podInterfaces());
  }

  /// What is different since the last call of this or of `tables`.
  public NftTransaction take() {
    List<NftChange> changes = new ArrayList<>();
    each(table -> changes.addAll(table.take()));
    return new NftTransaction(changes);
  }

  /// Whose chain it is, for people.
  public String describe(String chain) {
    for (PolicyId id : policies.keySet()) {
      if (PolicyChains.namesOf(id).contains(chain)) {
        return "policy " + id;
      }
    }
    for (String profile : profiles.keySet()) {
      if (PolicyChains.namesOf(profile).contains(chain)) {
        return "profile " + profile;
      }
    }
    for (String device : owners.interfaces()) {
      if (chain.equals(ChainName.fromWorkload(device))
          || chain.equals(ChainName.toWorkload(device))) {
        return "the endpoint of " + device;
      }
    }
    if (ChainName.isOfHost(chain)) {
      return hosts.named().entrySet().stream()
          .filter(entry -> ChainName.ofHost(entry.getKey()).contains(chain))
          .map(entry -> host(entry.getValue(), entry.getKey()))
          .findFirst()
          .or(() -> hosts.others().map(policy -> host(policy, "all interfaces")))
          .orElse("chain " + chain);
    }
    return "chain " + chain;
  }

  private static String host(HostPolicy policy, String interfaces) {
    return "%s on %s (failsafe ports apart)".formatted(policy.endpoint().key(), interfaces);
  }

  /// Name of our table in every family.
  public static String tableName() {
    return DesiredTable.NAME;
  }

  private void each(Consumer<FamilyTable> action) {
    tables.values().forEach(action);
  }

  private static <K, V> void replace(Map<K, V> map, K key, Optional<V> value) {
    value.ifPresentOrElse(present -> map.put(key, present), () -> map.remove(key));
  }
}
