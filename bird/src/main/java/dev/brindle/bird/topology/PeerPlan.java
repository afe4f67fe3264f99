// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Whom this node peers with: the other nodes as a full mesh, and what BGPPeers add.
///
/// @param peers in the order of their names
/// @param problems what could not be done as the resources say, in words for an operator
/// @param reachableBy the gateways by which some peers are reached
public record PeerPlan(
    List<PeerConfig> peers, List<String> problems, Map<IpAddress, IpAddress> reachableBy) {

  public PeerPlan {
    peers = List.copyOf(peers);
    reachableBy = Map.copyOf(reachableBy);
    problems = List.copyOf(problems);
  }

  /// Nobody, while our node is not in the datastore.
  ///
  /// Where the mesh and a BGPPeer lead to the same neighbour and port, only the BGPPeer's session
  /// is made: two sessions between the same two speakers would collide for ever.
  static PeerPlan of(BgpResources resources, PeerFilters filters) {
    CalicoNode self = resources.self().orElse(null);
    if (self == null) {
      return new PeerPlan(List.of(), List.of(), Map.of());
    }
    PeerRules rules = new PeerRules(resources, self, filters);
    ConfiguredPeers configured = ConfiguredPeers.of(resources, self, rules);
    Map<String, PeerConfig> byName = new TreeMap<>();
    Set<Place> taken = new HashSet<>();
    for (PeerConfig peer : configured.peers()) {
      byName.put(peer.name(), peer);
      taken.add(new Place(peer.address(), peer.port()));
    }
    Mesh mesh = new Mesh(resources, self, rules);
    for (PeerConfig peer : mesh.peers()) {
      if (!taken.contains(new Place(peer.address(), peer.port()))) {
        byName.put(peer.name(), peer);
      }
    }
    List<PeerConfig> peers = new ArrayList<>(byName.values());
    peers.sort(Comparator.comparing(PeerConfig::name));
    List<String> problems = new ArrayList<>(configured.problems());
    mesh.problem().ifPresent(problems::add);
    return new PeerPlan(peers, problems, configured.reachableBy());
  }

  private record Place(IpAddress address, int port) {}
}
