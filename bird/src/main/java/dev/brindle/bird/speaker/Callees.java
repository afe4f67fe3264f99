// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.Callee;
import dev.brindle.bird.topology.PeerConfig;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The peers by their addresses, to find the one that calls. On the speaker's thread.
final class Callees {

  private final Map<IpAddress, List<Peer>> byAddress = new HashMap<>();

  void add(Peer peer) {
    byAddress.computeIfAbsent(peer.config().address(), _ -> new ArrayList<>()).add(peer);
  }

  void remove(Peer peer) {
    IpAddress address = peer.config().address();
    List<Peer> sharing = byAddress.getOrDefault(address, List.of());
    sharing.remove(peer);
    if (sharing.isEmpty()) {
      byAddress.remove(address);
    }
  }

  void clear() {
    byAddress.clear();
  }

  boolean knows(IpAddress address) {
    return byAddress.containsKey(address);
  }

  /// @param local our end of the connection
  Optional<Peer> of(InetSocketAddress remote, IpAddress local) {
    List<Peer> there = byAddress.getOrDefault(SocketAddresses.from(remote), List.of());
    if (there.size() == 1 && there.getFirst().config().zone().isEmpty()) {
      return Optional.of(there.getFirst());
    }
    List<Peer> sharing =
        there.stream()
            .filter(peer -> SocketAddresses.isInZone(remote, peer.config().zone()))
            .toList();
    List<PeerConfig> configs = sharing.stream().map(Peer::config).toList();
    return Callee.of(configs, local).map(found -> sharing.get(configs.indexOf(found)));
  }
}
