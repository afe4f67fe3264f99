// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Optional;

/// Whose call it is, where several neighbours have one address: a caller's port says nothing, and
/// waiting for its OPEN before we send ours would let two such speakers wait for each other.
public final class Callee {

  private Callee() {}

  /// The neighbour alone; of several, the one whose `sourceAddress` was called, before those that
  /// name none; if there still are several, the passive one: the others we call ourselves.
  ///
  /// @param sharing those with the caller's address
  /// @param called our end of the connection
  /// @return empty if it is nobody's
  public static Optional<PeerConfig> of(List<PeerConfig> sharing, IpAddress called) {
    if (sharing.size() < 2) {
      return sharing.stream().findFirst();
    }
    List<PeerConfig> named =
        sharing.stream().filter(peer -> peer.source().equals(Optional.of(called))).toList();
    List<PeerConfig> possible =
        named.isEmpty() ? sharing.stream().filter(peer -> peer.source().isEmpty()).toList() : named;
    return possible.size() == 1
        ? Optional.of(possible.getFirst())
        : possible.stream().filter(PeerConfig::passive).findFirst();
  }

  /// How calls come for a neighbour that only waits for them. Of two that wait alike nobody could
  /// say whose a call is.
  public record Waiting(IpAddress address, Optional<String> zone, Optional<IpAddress> called) {}

  /// @return empty if we call it, too
  public static Optional<Waiting> waiting(PeerConfig peer) {
    return peer.passive()
        ? Optional.of(new Waiting(peer.address(), peer.zone(), peer.source()))
        : Optional.empty();
  }
}
