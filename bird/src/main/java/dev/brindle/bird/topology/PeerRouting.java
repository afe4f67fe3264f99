// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.wire.Family;
import java.util.Set;

/// What passes between us and a peer.
///
/// @param reflectorClient it is a client of our cluster
/// @param allowedOwnAs how often our AS may stand in its paths
public record PeerRouting(
    Set<Family> families, NextHopMode nextHopMode, boolean reflectorClient, int allowedOwnAs) {

  public PeerRouting {
    families = Set.copyOf(families);
  }

  public static PeerRouting of(Family... families) {
    return new PeerRouting(Set.of(families), NextHopMode.AUTO, false, 0);
  }

  public PeerRouting withNextHop(NextHopMode changed) {
    return new PeerRouting(families, changed, reflectorClient, allowedOwnAs);
  }

  public PeerRouting withReflectorClient(boolean changed) {
    return new PeerRouting(families, nextHopMode, changed, allowedOwnAs);
  }

  public PeerRouting withAllowedOwnAs(int changed) {
    return new PeerRouting(families, nextHopMode, reflectorClient, changed);
  }
}
