// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.label.Selector;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.bird.rib.NextHopMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Pods on this node that peer with it, by `localWorkloadSelector`. They call; nobody calls them.
final class WorkloadPeers {

  private final BgpResources resources;
  private final PeerRules rules;

  WorkloadPeers(BgpResources resources, PeerRules rules) {
    this.resources = resources;
    this.rules = rules;
  }

  /// One for each family that the pod and this node both have an address of.
  List<PeerConfig> of(BgpPeer peer) {
    return selected(resources, peer).stream()
        .flatMap(endpoint -> addresses(endpoint).stream())
        .filter(address -> rules.ourAddress(address).isPresent())
        .map(address -> session(peer, address))
        .toList();
  }

  private PeerConfig session(BgpPeer peer, IpAddress address) {
    BgpPeer.Spec spec = peer.spec();
    AsNumber localAs = spec.localASNumber().filter(as -> as.value() != 0).orElseGet(rules::ourAs);
    PeerConfig base =
        PeerConfig.of(
                PeerRules.name(PeerType.LOCAL_WORKLOAD, address, Optional.empty()),
                PeerType.LOCAL_WORKLOAD,
                address,
                localAs,
                spec.asNumber().orElseThrow())
            .withPassive(true);
    NextHopMode mode = PeerSettings.nextHop(spec, base);
    PeerConfig configured =
        base.withRouting(
            base.routing().withNextHop(mode).withReflectorClient(rules.isClient(base, "")));
    return rules.filters().apply(configured, spec.filters());
  }

  /// The first of each family, as in Calico's file of the endpoint.
  private static List<IpAddress> addresses(WorkloadEndpoint endpoint) {
    return Stream.of(IpFamily.values())
        .flatMap(
            family ->
                endpoint.spec().ipNetworks().stream()
                    .filter(net -> net.family() == family)
                    .limit(1))
        .map(Cidr::address)
        .toList();
  }

  private static List<WorkloadEndpoint> selected(BgpResources resources, BgpPeer peer) {
    String selector = peer.spec().localWorkloadSelector();
    if (selector.isEmpty()) {
      return List.of();
    }
    Selector parsed = Selector.parse(selector);
    return resources.endpoints().stream()
        .filter(endpoint -> parsed.matches(labels(resources, endpoint)))
        .toList();
  }

  /// Its own go before those of its profiles, and those of the first profile before the next one's.
  private static Map<String, String> labels(BgpResources resources, WorkloadEndpoint endpoint) {
    Map<String, String> all = new HashMap<>(endpoint.metadata().labels());
    for (String profile : endpoint.spec().profiles()) {
      resources.labelsOf(profile).forEach(all::putIfAbsent);
    }
    return all;
  }

  /// Addresses of all pods that peer with this node.
  static Set<Cidr> addresses(BgpResources resources) {
    Set<Cidr> all = new HashSet<>();
    for (WorkloadEndpoint endpoint : endpoints(resources)) {
      addresses(endpoint).forEach(address -> all.add(Cidr.host(address)));
    }
    return all;
  }

  static PeeringPlan plan(BgpResources resources) {
    Set<IpAddress> addresses = new HashSet<>();
    resources
        .of(BgpConfiguration.DEFAULT)
        .ifPresent(
            spec ->
                Stream.of(spec.localWorkloadPeeringIPV4(), spec.localWorkloadPeeringIPV6())
                    .flatMap(text -> IpAddress.tryParse(text).stream())
                    .forEach(addresses::add));
    return new PeeringPlan(
        addresses, interfaces(endpoints(resources)), interfaces(resources.endpoints()));
  }

  private static Set<String> interfaces(List<WorkloadEndpoint> endpoints) {
    return endpoints.stream()
        .map(endpoint -> endpoint.spec().interfaceName())
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<WorkloadEndpoint> endpoints(BgpResources resources) {
    return resources
        .self()
        .map(
            self ->
                resources.peers().stream()
                    .filter(peer -> PeerObjections.of(peer.spec()).refusals().isEmpty())
                    .filter(peer -> ConfiguredPeers.isLocal(peer, self))
                    .flatMap(peer -> selected(resources, peer).stream())
                    .distinct()
                    .toList())
        .orElse(List.of());
  }
}
