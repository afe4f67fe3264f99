// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.SecretPassword.SecretKeyRef;
import java.util.Collection;
import java.util.Comparator;
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
public record BgpResources(
    String nodeName,
    List<CalicoNode> nodes,
    List<BgpPeer> peers,
    List<BgpConfiguration> configurations,
    List<IpPool> pools,
    List<BlockAffinity> affinities,
    Map<SecretKeyRef, SecretContent> secrets) {

  private static final AsNumber DEFAULT_AS = new AsNumber(64_512);
  private static final String OF_NODE = "node.";

  public BgpResources {
    nodes = List.copyOf(nodes);
    peers = List.copyOf(peers);
    configurations = List.copyOf(configurations);
    pools = List.copyOf(pools);
    affinities = List.copyOf(affinities);
    secrets = Map.copyOf(secrets);
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
        Map.of());
  }

  public BgpResources withSecrets(Map<SecretKeyRef, SecretContent> known) {
    return new BgpResources(nodeName, nodes, peers, configurations, pools, affinities, known);
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
