// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.Source;
import java.util.Optional;

/// Everything that what a peer is told depends on, but for what it told us itself. Peers with equal
/// policies are told the same, in the same octets.
///
/// @param group a peer as all of the group are; who it is counts only if the filter asks for it
/// @param fourOctetAs how AS numbers are written
/// @param longestMessage in octets
/// @param longLived the group knows what LLGR_STALE means (RFC 9494)
/// @param draining we will soon be gone, and say so with each route (RFC 8326)
/// @param paths whether they are told several paths of a prefix
public record ExportPolicy(
    Neighbour group,
    RouteFilter filter,
    boolean fourOctetAs,
    int longestMessage,
    boolean longLived,
    boolean draining,
    PathsTold paths) {

  /// Of one peer, which is told the best paths.
  public static ExportPolicy of(
      Neighbour peer, RouteFilter filter, boolean fourOctetAs, int longestMessage) {
    boolean isSomebody = filter.dependsOnPeer();
    Neighbour anyone =
        new Neighbour(
            peer.kind(),
            isSomebody ? peer.source() : Source.local(peer.identifier()),
            peer.localAs(),
            isSomebody ? peer.peerAs() : peer.localAs(),
            peer.addresses(),
            peer.identifier(),
            peer.clusterId(),
            peer.client(),
            0,
            peer.nextHopMode(),
            peer.role(),
            peer.extendedNextHop(),
            peer.manners(),
            isSomebody ? peer.link() : Optional.empty());
    return new ExportPolicy(
        anyone, filter, fourOctetAs, longestMessage, false, false, PathsTold.BEST);
  }

  /// Of what differs between groups most often: a peer that comes up is looked up by it.
  @Override
  public int hashCode() {
    int kinds = 31 * group.kind().hashCode() + (group.client() ? 1 : 0);
    int told = 31 * group.localAs().hashCode() + (draining ? 1 : 0);
    int who = 31 * group.source().name().hashCode() + filter.hashCode();
    return 31 * (31 * kinds + told) + who;
  }

  public ExportPolicy withLongLived(boolean changed) {
    return new ExportPolicy(group, filter, fourOctetAs, longestMessage, changed, draining, paths);
  }

  public ExportPolicy withDraining(boolean changed) {
    return new ExportPolicy(group, filter, fourOctetAs, longestMessage, longLived, changed, paths);
  }

  public ExportPolicy withPaths(PathsTold changed) {
    return new ExportPolicy(
        group, filter, fourOctetAs, longestMessage, longLived, draining, changed);
  }
}
