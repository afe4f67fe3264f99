// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.SecretPassword.SecretKeyRef;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.bird.filter.OutgoingWays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the datastore says that matters to BGP on one node, in the order of names.
///
/// @param nodeName ours
/// @param secrets of those that are asked for, what is known
/// @param endpoints on our node
/// @param ways that others made in the kernel; for filters that ask for interfaces
/// @param services nothing unless they are announced
public record BgpResources(
    String nodeName,
    List<CalicoNode> nodes,
    List<BgpPeer> peers,
    List<BgpConfiguration> configurations,
    List<IpPool> pools,
    List<BlockAffinity> affinities,
    Map<SecretKeyRef, SecretContent> secrets,
    List<BgpFilter> filters,
    OutgoingWays ways,
    List<WorkloadEndpoint> endpoints,
    List<Profile> profiles,
    ServiceSources services) {

  private static final AsNumber DEFAULT_AS = new AsNumber(64_512);
  private static final String OF_NODE = "node.";

  public BgpResources {
    nodes = List.copyOf(nodes);
    peers = List.copyOf(peers);
    configurations = List.copyOf(configurations);
    pools = List.copyOf(pools);
    affinities = List.copyOf(affinities);
    secrets = Map.copyOf(secrets);
    filters = List.copyOf(filters);
    endpoints = List.copyOf(endpoints);
    profiles = List.copyOf(profiles);
  }

  /// Picks out what matters; other kinds may be among them.
  public static BgpResources of(String nodeName, Collection<? extends Resource> all) {
    return new BgpResources(
        nodeName,
        pick(all, CalicoNode.class),
        pick(all, BgpPeer.class),
        pick(all, BgpConfiguration.class),
        pick(all, IpPool.class),
        pick(all, BlockAffinity.class),
        Map.of(),
        pick(all, BgpFilter.class),
        OutgoingWays.NONE,
        pick(all, WorkloadEndpoint.class).stream()
            .filter(it -> it.spec().node().equals(nodeName))
            .toList(),
        pick(all, Profile.class),
        ServiceSources.NONE);
  }

  public BgpResources withSecrets(Map<SecretKeyRef, SecretContent> known) {
    return new BgpResources(
        nodeName,
        nodes,
        peers,
        configurations,
        pools,
        affinities,
        known,
        filters,
        ways,
        endpoints,
        profiles,
        services);
  }

  public BgpResources withWays(OutgoingWays known) {
    return new BgpResources(
        nodeName,
        nodes,
        peers,
        configurations,
        pools,
        affinities,
        secrets,
        filters,
        known,
        endpoints,
        profiles,
        services);
  }

  public BgpResources withServices(ServiceSources known) {
    return new BgpResources(
        nodeName,
        nodes,
        peers,
        configurations,
        pools,
        affinities,
        secrets,
        filters,
        ways,
        endpoints,
        profiles,
        known);
  }

  /// Whether a filter that a peer names looks at interfaces, so that `ways` make a difference.
  public boolean asksForWays() {
    return peers.stream()
        .flatMap(peer -> peer.spec().filters().stream())
        .flatMap(name -> filter(name).stream())
        .map(BgpFilter::spec)
        .flatMap(
            spec -> Stream.of(spec.exportV4(), spec.importV4(), spec.exportV6(), spec.importV6()))
        .flatMap(List::stream)
        .anyMatch(rule -> !rule.interfaceName().isEmpty());
  }

  /// What interfaces of pods on this node have to have.
  public PeeringPlan peering() {
    return WorkloadPeers.plan(this);
  }

  Map<String, String> labelsOf(String profile) {
    return profiles.stream()
        .filter(it -> it.metadata().name().equals(profile))
        .findFirst()
        .map(it -> it.spec().labelsToApply())
        .orElse(Map.of());
  }

  /// Where pods are that have these addresses.
  Map<Cidr, String> interfacesOf(Set<Cidr> addresses) {
    Map<Cidr, String> found = new HashMap<>();
    for (WorkloadEndpoint endpoint : endpoints) {
      endpoint.spec().ipNetworks().stream()
          .filter(addresses::contains)
          .forEach(net -> found.put(net, endpoint.spec().interfaceName()));
    }
    return found;
  }

  Optional<BgpFilter> filter(String name) {
    return filters.stream().filter(it -> it.metadata().name().equals(name)).findFirst();
  }

  /// Where passwords stand that these resources ask for.
  public Set<SecretKeyRef> secretsAskedFor() {
    return Stream.concat(
            peers.stream().flatMap(peer -> peer.spec().password().stream()),
            cluster(BgpConfiguration.Spec::nodeMeshPassword).stream())
        .flatMap(it -> Optional.ofNullable(it.secretKeyRef()).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static <R extends Resource> List<R> pick(
      Collection<? extends Resource> all, Class<R> kind) {
    return all.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .sorted(Comparator.comparing(resource -> resource.metadata().name()))
        .toList();
  }

  /// Empty until our node is in the datastore.
  Optional<CalicoNode> self() {
    return nodes.stream().filter(node -> name(node).equals(nodeName)).findFirst();
  }

  static String name(CalicoNode node) {
    return node.metadata().name();
  }

  static Optional<IpAddress> address(CalicoNode node, IpFamily family) {
    return node.spec()
        .bgp()
        .flatMap(
            bgp ->
                switch (family) {
                  case IPV4 -> bgp.ipv4Address();
                  case IPV6 -> bgp.ipv6Address();
                })
        .map(InterfaceAddress::address);
  }

  /// Empty for a node that is no route reflector.
  static String clusterId(CalicoNode node) {
    return node.spec().bgp().map(CalicoNode.Bgp::routeReflectorClusterID).orElse("");
  }

  static Optional<AsNumber> ownAs(CalicoNode node) {
    return node.spec().bgp().flatMap(CalicoNode.Bgp::asNumber).filter(as -> as.value() != 0);
  }

  AsNumber clusterAs() {
    return cluster(BgpConfiguration.Spec::asNumber)
        .filter(as -> as.value() != 0)
        .orElse(DEFAULT_AS);
  }

  AsNumber as(CalicoNode node) {
    return ownAs(node).orElseGet(this::clusterAs);
  }

  /// Where a node is called, if that is not the usual port.
  Optional<Integer> listenPort(CalicoNode node) {
    return of(OF_NODE + name(node))
        .flatMap(BgpConfiguration.Spec::listenPort)
        .or(() -> cluster(BgpConfiguration.Spec::listenPort));
  }

  /// A setting that counts for the whole cluster.
  <T> Optional<T> cluster(Function<BgpConfiguration.Spec, Optional<T>> setting) {
    return of(BgpConfiguration.DEFAULT).flatMap(setting);
  }

  /// The configuration of this name: `default`, or our node's own.
  Optional<BgpConfiguration.Spec> of(String name) {
    return configurations.stream()
        .filter(configuration -> configuration.metadata().name().equals(name))
        .map(BgpConfiguration::spec)
        .findFirst();
  }

  Optional<BgpConfiguration.Spec> ofOurNode() {
    return of(OF_NODE + nodeName);
  }
}
