// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.label.Selector;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.CalicoNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The peers that BGPPeers give this node, in three passes: global ones, those of single nodes, and
/// the other ends of those where this node is the remote side. The first to name an address and
/// port keeps it; within a pass the order is that of names. Used once.
final class ConfiguredPeers {

  private final BgpResources resources;
  private final CalicoNode self;
  private final PeerRules rules;
  private final Map<Place, PeerConfig> global = new HashMap<>();
  private final Map<Place, PeerConfig> ofNode = new LinkedHashMap<>();
  private final Map<IpAddress, IpAddress> reachableBy = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /// An address, with the port if that is known.
  private record Place(IpAddress address, Optional<Integer> port) {}

  private ConfiguredPeers(BgpResources resources, CalicoNode self, PeerRules rules) {
    this.resources = resources;
    this.self = self;
    this.rules = rules;
  }

  static ConfiguredPeers of(BgpResources resources, CalicoNode self, PeerRules rules) {
    ConfiguredPeers plan = new ConfiguredPeers(resources, self, rules);
    List<BgpPeer> peers = resources.peers();
    peers.stream().filter(it -> plan.isUsable(it) && isGlobal(it)).forEach(plan::addGlobal);
    peers.stream().filter(it -> plan.isUsable(it) && !isGlobal(it)).forEach(plan::addOfNode);
    peers.stream().filter(plan::isUsable).forEach(plan::addReverse);
    peers.stream().filter(plan::isUsable).forEach(plan::addWorkloads);
    return plan;
  }

  private void addWorkloads(BgpPeer peer) {
    if (isLocal(peer, self)) {
      for (PeerConfig found : new WorkloadPeers(resources, rules).of(peer)) {
        Place place = new Place(found.address(), Optional.empty());
        if (!global.containsKey(place)) {
          ofNode.putIfAbsent(place, found);
        }
      }
    }
  }

  List<PeerConfig> peers() {
    List<PeerConfig> peers = new ArrayList<>(global.values());
    peers.addAll(ofNode.values());
    return peers;
  }

  /// Peers that are reached by way of a gateway.
  Map<IpAddress, IpAddress> reachableBy() {
    return reachableBy;
  }

  List<String> problems() {
    return problems.stream().distinct().toList();
  }

  private static boolean isGlobal(BgpPeer peer) {
    return peer.spec().node().isEmpty() && peer.spec().nodeSelector().isEmpty();
  }

  /// One bad resource does not stop the others.
  private boolean isUsable(BgpPeer peer) {
    String name = peer.metadata().name();
    PeerObjections objections = PeerObjections.of(peer.spec());
    objections.refusals().forEach(it -> problems.add("BGPPeer %s: %s".formatted(name, it)));
    objections.notes().forEach(it -> problems.add("BGPPeer %s: %s".formatted(name, it)));
    rules
        .filters()
        .missing(peer.spec().filters())
        .forEach(it -> problems.add("BGPPeer %s: %s".formatted(name, it)));
    return objections.refusals().isEmpty();
  }

  private void addGlobal(BgpPeer peer) {
    for (Remote remote : remotes(peer)) {
      configure(peer, remote, PeerType.GLOBAL).ifPresent(it -> add(global, peer, remote, it));
    }
  }

  private void addOfNode(BgpPeer peer) {
    if (isLocal(peer, self)) {
      remotes(peer).forEach(remote -> addNode(peer, remote));
    }
  }

  private void addNode(BgpPeer peer, Remote remote) {
    if (!global.containsKey(place(remote))) {
      configure(peer, remote, PeerType.NODE).ifPresent(it -> add(ofNode, peer, remote, it));
    }
  }

  private void add(Map<Place, PeerConfig> to, BgpPeer peer, Remote remote, PeerConfig configured) {
    if (to.putIfAbsent(place(remote), configured) == null && !peer.spec().peerIP().isEmpty()) {
      IpAddress.tryParse(peer.spec().reachableBy())
          .filter(gateway -> gateway.family() == remote.address().family())
          .ifPresent(gateway -> reachableBy.putIfAbsent(remote.address(), gateway));
    }
  }

  /// Where this node is what `peerIP` or `peerSelector` means, it peers with the nodes that the
  /// resource speaks to.
  private void addReverse(BgpPeer peer) {
    if (peer.spec().reversePeering().equals("Manual")
        || !peer.spec().localWorkloadSelector().isEmpty()) {
      return;
    }
    List<IpFamily> families = meansUs(peer);
    for (CalicoNode node : resources.nodes()) {
      if (isLocal(peer, node)) {
        for (IpFamily family : families) {
          BgpResources.address(node, family)
              .ifPresent(address -> addNode(peer, remote(node, address)));
        }
      }
    }
  }

  private List<IpFamily> meansUs(BgpPeer peer) {
    BgpPeer.Spec spec = peer.spec();
    if (!spec.peerSelector().isEmpty()) {
      return matches(spec.peerSelector(), self) ? List.of(IpFamily.values()) : List.of();
    }
    PeerEndpoint end = PeerEndpoint.parse(spec.peerIP());
    AsNumber as = remoteAs(spec);
    boolean isUs =
        BgpResources.address(self, end.address().family()).equals(Optional.of(end.address()))
            && resources.as(self).equals(as)
            && end.port()
                .map(it -> it.equals(port(self).orElse(ListenAddress.BGP_PORT)))
                .orElse(true);
    return isUs ? List.of(end.address().family()) : List.of();
  }

  /// Whether the resource speaks to this node: by name, by selector, or to all.
  static boolean isLocal(BgpPeer peer, CalicoNode node) {
    BgpPeer.Spec spec = peer.spec();
    if (isGlobal(peer)) {
      return true;
    }
    return spec.node().isEmpty()
        ? matches(spec.nodeSelector(), node)
        : spec.node().equals(BgpResources.name(node));
  }

  private static boolean matches(String selector, CalicoNode node) {
    return Selector.parse(selector).matches(node.metadata().labels());
  }

  // ---- the remote ends

  /// @param port where it is known
  /// @param clusterId empty unless it is a reflector's
  /// @param isAddressOfNode by `peerIP`, and a node has this address
  /// @param bySelector one of the nodes, not a `peerIP`
  private record Remote(
      IpAddress address,
      AsNumber as,
      Optional<Integer> port,
      String clusterId,
      boolean isAddressOfNode,
      boolean bySelector) {}

  private static Place place(Remote remote) {
    return new Place(remote.address(), remote.port());
  }

  private List<Remote> remotes(BgpPeer peer) {
    BgpPeer.Spec spec = peer.spec();
    if (!spec.peerIP().isEmpty()) {
      return List.of(remote(spec));
    }
    if (spec.peerSelector().isEmpty()) {
      return List.of(); // pods
    }
    List<Remote> remotes = new ArrayList<>();
    for (CalicoNode node : resources.nodes()) {
      if (matches(spec.peerSelector(), node)) {
        for (IpFamily family : IpFamily.values()) {
          BgpResources.address(node, family)
              .ifPresent(address -> remotes.add(remote(node, address)));
        }
      }
    }
    return remotes;
  }

  private Remote remote(CalicoNode node, IpAddress address) {
    return new Remote(
        address, resources.as(node), port(node), BgpResources.clusterId(node), false, true);
  }

  private Remote remote(BgpPeer.Spec spec) {
    PeerEndpoint end = PeerEndpoint.parse(spec.peerIP());
    AsNumber as = remoteAs(spec);
    Optional<CalicoNode> node =
        resources.nodes().stream()
            .filter(
                it ->
                    BgpResources.address(it, end.address().family())
                        .equals(Optional.of(end.address())))
            .findFirst();
    Optional<Integer> port =
        end.port().or(() -> node.filter(it -> resources.as(it).equals(as)).flatMap(this::port));
    return new Remote(end.address(), as, port, "", node.isPresent(), false);
  }

  private AsNumber remoteAs(BgpPeer.Spec spec) {
    return spec.asNumber().filter(as -> as.value() != 0).orElseGet(resources::clusterAs);
  }

  private Optional<Integer> port(CalicoNode node) {
    return resources.listenPort(node);
  }

  /// Empty for ourselves, and for a family we have no address of.
  private Optional<PeerConfig> configure(BgpPeer peer, Remote remote, PeerType type) {
    Optional<IpAddress> ours = rules.ourAddress(remote.address());
    if (ours.isEmpty() || ours.get().equals(remote.address())) {
      return Optional.empty();
    }
    boolean waits =
        type == PeerType.GLOBAL
            && remote.isAddressOfNode()
            && PeerRules.waitsFor(remote.address(), ours.get());
    PeerConfig base =
        PeerConfig.of(
                PeerRules.name(type, remote.address(), remote.port()),
                type,
                remote.address(),
                localAs(peer, remote),
                remote.as())
            .withPort(remote.port().orElse(ListenAddress.BGP_PORT))
            .withSource(peer.spec().sourceAddress().equals("None") ? Optional.empty() : ours)
            .withPassive(waits);
    return Optional.of(
        PeerSettings.apply(
            rules, base, peer, rules.isClient(base, remote.clusterId()), remote.bySelector()));
  }

  private AsNumber localAs(BgpPeer peer, Remote remote) {
    return peer.spec()
        .localASNumber()
        .filter(as -> as.value() != 0 && !remote.bySelector())
        .orElseGet(rules::ourAs);
  }
}
