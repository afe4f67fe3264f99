// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.endpoint.HostResolution;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.PolicyDelta;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.RuleSet;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The desired table of one family: each change re-renders what it concerns and nothing else.
final class FamilyTable {

  private static final NftSet FROM =
      new NftSet(ChainName.FROM_DISPATCH, NftSet.Key.INTERFACE, true, Set.of());
  private static final NftSet TO =
      new NftSet(ChainName.TO_DISPATCH, NftSet.Key.INTERFACE, true, Set.of());

  private final IpFamily family;
  private final DesiredTable table;
  private RenderContext context;
  private FloatingAddresses floating = FloatingAddresses.NONE;
  private EgressDscp dscp = EgressDscp.NONE;
  private HostResolution resolution = HostResolution.NONE;
  private Set<String> natChains = Set.of();
  private Set<String> hostChains = Set.of();
  private Set<String> hostMaps = Set.of();

  FamilyTable(IpFamily family, RenderContext context) {
    this.family = family;
    this.table = new DesiredTable(NftFamily.of(family));
    this.context = context;
    table.put(FROM);
    table.put(TO);
    nets(ClusterNets.NONE);
    spoofedSources(List.of());
    context(context, HostResolution.NONE);
  }

  void context(RenderContext changed, HostResolution hosts) {
    context = changed;
    translations();
    hosts(hosts);
  }

  /// Takes in which interface is which host endpoint's, and what holds for it.
  void hosts(HostResolution hosts) {
    resolution = hosts;
    HostEndpointChains.Rendered rendered = HostEndpointChains.render(context, family, resolution);
    List<NftChain> chains = new ArrayList<>(rendered.chains());
    var hooks = new HostChains(context, family, HostUse.of(resolution));
    hooks.render().forEach(table::put);
    chains.addAll(dscp.with(family, hooks.ofHostEndpoints()));
    Set<String> chainsNow =
        chains.stream().map(NftChain::name).collect(Collectors.toUnmodifiableSet());
    Set<String> mapsNow =
        rendered.maps().stream().map(NftSet::name).collect(Collectors.toUnmodifiableSet());
    hostMaps.stream().filter(name -> !mapsNow.contains(name)).forEach(table::removeSet);
    hostChains.stream().filter(name -> !chainsNow.contains(name)).forEach(table::removeChain);
    rendered.maps().forEach(table::put);
    chains.forEach(table::put);
    hostChains = chainsNow;
    hostMaps = mapsNow;
  }

  /// Takes in which sources' packets are to be marked for routers outside.
  void dscp(EgressDscp changed) {
    if (!changed.equals(dscp)) {
      dscp = changed;
      hosts(resolution);
    }
  }

  void nets(ClusterNets nets) {
    nets.sets(family).forEach(table::put);
  }

  /// Takes in which endpoints ask for floating addresses.
  void floating(Collection<WorkloadEndpoint> endpoints) {
    FloatingAddresses now = FloatingAddresses.of(endpoints, family, context.settings());
    if (!now.equals(floating)) {
      floating = now;
      translations();
    }
  }

  private void translations() {
    List<NftChain> chains = new NatChains(context, family, floating).render();
    Set<String> now = chains.stream().map(NftChain::name).collect(Collectors.toUnmodifiableSet());
    natChains.stream().filter(name -> !now.contains(name)).forEach(table::removeChain);
    chains.forEach(table::put);
    natChains = now;
  }

  void spoofedSources(Collection<WorkloadEndpoint> endpoints) {
    table.put(SpoofedSources.render(context, family, endpoints));
  }

  void changeSets(PolicyDelta delta) {
    delta.newSets().forEach((name, members) -> table.put(set(name, elements(members))));
    delta
        .setChanges()
        .forEach(
            (name, change) ->
                table.change(
                    set(name, Set.of()), elements(change.added()), elements(change.removed())));
  }

  void removeSets(Collection<IpSetName> gone) {
    gone.forEach(name -> table.removeSet(SetName.of(family, name)));
  }

  void policy(PolicyId id, Optional<RuleSet> rules) {
    replace(
        PolicyChains.namesOf(id),
        rules.map(present -> chains().policy(id, present)).orElse(List.of()));
  }

  void profile(String name, Optional<RuleSet> rules) {
    replace(
        PolicyChains.namesOf(name),
        rules.map(present -> chains().profile(name, present)).orElse(List.of()));
  }

  /// @param names of all chains there may be
  /// @param chains that are to be there of them
  private void replace(List<String> names, List<NftChain> chains) {
    Set<String> wanted = chains.stream().map(NftChain::name).collect(Collectors.toSet());
    names.stream().filter(name -> !wanted.contains(name)).forEach(table::removeChain);
    chains.forEach(table::put);
  }

  void endpoint(String interfaceName, Optional<EndpointPolicy> owner) {
    NftElement from = new NftElement.GoTo(interfaceName, ChainName.fromWorkload(interfaceName));
    NftElement to = new NftElement.GoTo(interfaceName, ChainName.toWorkload(interfaceName));
    if (owner.isPresent()) {
      new EndpointChains(context, family).render(owner.get()).forEach(table::put);
      table.change(FROM, Set.of(from), Set.of());
      table.change(TO, Set.of(to), Set.of());
    } else {
      table.change(FROM, Set.of(), Set.of(from));
      table.change(TO, Set.of(), Set.of(to));
      table.removeChain(ChainName.fromWorkload(interfaceName));
      table.removeChain(ChainName.toWorkload(interfaceName));
    }
  }

  NftTable table() {
    return table.table();
  }

  List<NftChange> take() {
    return table.take();
  }

  void settle() {
    table.settle();
  }

  private PolicyChains chains() {
    return new PolicyChains(context, family);
  }

  private NftSet set(IpSetName name, Set<NftElement> elements) {
    NftSet.Key key = name.hasPorts() ? NftSet.Key.ADDRESS_PROTOCOL_PORT : NftSet.Key.PREFIX;
    return new NftSet(SetName.of(family, name), key, false, elements);
  }

  private Set<NftElement> elements(Collection<IpSetMember> members) {
    return members.stream()
        .filter(member -> member.family() == family)
        .map(FamilyTable::element)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static NftElement element(IpSetMember member) {
    return switch (member) {
      case IpSetMember.Net(var cidr) -> new NftElement.Net(cidr);
      case IpSetMember.AddressAndPort(var address, var protocol, var port) ->
          new NftElement.Endpoint(address, protocol, port);
    };
  }
}
