// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.endpoint.HostResolution;
import dev.brindle.felix.endpoint.QosControls;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.policy.engine.HostPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which DSCP what leaves the cluster is to have, by its source: for routers outside. What goes to
/// a pool or a node stays as it was sent. One rule for each DSCP that is asked for.
///
/// @param sources addresses of one family, by DSCP
record EgressDscp(SortedMap<Integer, List<Cidr>> sources) {

  static final EgressDscp NONE = new EgressDscp(new TreeMap<>());

  private static final String ANNOTATION = "qos.projectcalico.org/dscp";
  private static final String CHAIN = "mangle-cali-egress-dscp";

  EgressDscp {
    sources = Collections.unmodifiableSortedMap(new TreeMap<>(sources));
  }

  /// @param hosts which interface is which host endpoint's
  /// @param addresses of the host's interfaces, by name
  static EgressDscp of(
      IpFamily family,
      Collection<WorkloadEndpoint> endpoints,
      HostResolution hosts,
      Map<String, Set<IpAddress>> addresses) {
    SortedMap<Integer, SortedSet<Cidr>> found = new TreeMap<>();
    for (WorkloadEndpoint endpoint : endpoints) {
      of(endpoint)
          .ifPresent(
              dscp -> endpoint.spec().ipNetworks().forEach(net -> add(found, family, dscp, net)));
    }
    hosts
        .named()
        .forEach(
            (device, policy) ->
                of(policy)
                    .ifPresent(
                        dscp ->
                            addressesOf(policy.endpoint(), device, addresses)
                                .forEach(it -> add(found, family, dscp, Cidr.host(it)))));
    hosts
        .others()
        .ifPresent(
            policy ->
                of(policy)
                    .ifPresent(
                        dscp ->
                            policy
                                .endpoint()
                                .spec()
                                .expectedIPs()
                                .forEach(it -> add(found, family, dscp, Cidr.host(it)))));
    SortedMap<Integer, List<Cidr>> sources = new TreeMap<>();
    found.forEach((dscp, nets) -> sources.put(dscp, PrefixCover.of(nets)));
    return new EgressDscp(sources);
  }

  private static void add(
      Map<Integer, SortedSet<Cidr>> found, IpFamily family, int dscp, Cidr net) {
    if (net.family() == family) {
      found.computeIfAbsent(dscp, _ -> new TreeSet<>()).add(net);
    }
  }

  private static Set<IpAddress> addressesOf(
      HostEndpoint endpoint, String device, Map<String, Set<IpAddress>> addresses) {
    Set<IpAddress> all = new TreeSet<>(endpoint.spec().expectedIPs());
    addresses.getOrDefault(device, Set.of()).stream()
        .filter(address -> !address.isLinkLocal())
        .forEach(all::add);
    return all;
  }

  /// What a pod asks for.
  static OptionalInt of(WorkloadEndpoint endpoint) {
    return endpoint.spec().qosControls().isEmpty()
        ? OptionalInt.empty()
        : new QosControls(endpoint.spec().qosControls()).dscp();
  }

  /// What a host endpoint asks for, by annotation.
  static OptionalInt of(HostPolicy policy) {
    return QosControls.dscp(
        policy.endpoint().metadata().annotations().getOrDefault(ANNOTATION, ""));
  }

  /// Adds what is needed to the chains that host endpoints need; nothing if nobody asks.
  List<NftChain> with(IpFamily family, List<NftChain> hostChains) {
    if (sources.isEmpty()) {
      return hostChains;
    }
    NftRule outwards =
        new NftRule(
            List.of(
                new NftExpression.InSet(Side.DESTINATION, SetName.pools(family), true),
                new NftExpression.InSet(Side.DESTINATION, SetName.hosts(family), true),
                new NftExpression.Jump(CHAIN)),
            "leaves the cluster");
    List<NftChain> all = new ArrayList<>(hostChains);
    all.add(HostChains.chain(CHAIN, sources.entrySet().stream().map(EgressDscp::rule).toList()));
    boolean isHooked = all.stream().anyMatch(chain -> chain.name().equals(HostChains.LATE));
    if (!isHooked) {
      all.add(HostChains.lateHook());
      all.add(HostChains.chain(HostChains.LATE, List.of()));
    }
    all.replaceAll(
        chain -> chain.name().equals(HostChains.LATE) ? startingWith(outwards, chain) : chain);
    return all;
  }

  private static NftRule rule(Map.Entry<Integer, List<Cidr>> entry) {
    List<Cidr> nets = entry.getValue();
    return NftRule.of(
        nets.size() == 1
            ? new NftExpression.Address(Side.SOURCE, nets.getFirst(), false)
            : new NftExpression.Addresses(Side.SOURCE, nets, false),
        new NftExpression.SetDscp(entry.getKey()));
  }

  private static NftChain startingWith(NftRule rule, NftChain chain) {
    List<NftRule> rules = new ArrayList<>(chain.rules());
    rules.addFirst(rule);
    return HostChains.chain(chain.name(), rules);
  }
}
