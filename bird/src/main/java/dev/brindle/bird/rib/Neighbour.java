// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RouteContext;
import dev.brindle.bird.filter.RoutePeer;
import dev.brindle.bird.filter.RouteSource;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;
import java.util.List;
import java.util.Optional;

/// What the rules for telling and hearing routes need to know of a peer and of us towards it.
///
/// @param localAs ours, as this peer knows us
/// @param addresses ours, the one the session runs on first: next hops, and never a peer's
/// @param clusterId ours as a route reflector
/// @param client the peer is a client of our cluster
/// @param allowedOwnAs how often our AS may stand in its paths
/// @param role ours, if it was configured (RFC 9234)
/// @param extendedNextHop IPv4 prefixes may have IPv6 next hops (RFC 8950)
public record Neighbour(
    PeerKind kind,
    Source source,
    AsNumber localAs,
    AsNumber peerAs,
    List<IpAddress> addresses,
    IpAddress identifier,
    IpAddress clusterId,
    boolean client,
    int allowedOwnAs,
    NextHopMode nextHopMode,
    Optional<Role> role,
    boolean extendedNextHop) {

  public Neighbour {
    addresses = List.copyOf(addresses);
  }

  /// Without a role, and with next hops of the prefix's own family only.
  public Neighbour(
      PeerKind kind,
      Source source,
      AsNumber localAs,
      AsNumber peerAs,
      List<IpAddress> addresses,
      IpAddress identifier,
      IpAddress clusterId,
      boolean client,
      int allowedOwnAs,
      NextHopMode nextHopMode) {
    this(
        kind,
        source,
        localAs,
        peerAs,
        addresses,
        identifier,
        clusterId,
        client,
        allowedOwnAs,
        nextHopMode,
        Optional.empty(),
        false);
  }

  public Neighbour withRole(Optional<Role> changed) {
    return new Neighbour(
        kind,
        source,
        localAs,
        peerAs,
        addresses,
        identifier,
        clusterId,
        client,
        allowedOwnAs,
        nextHopMode,
        changed,
        extendedNextHop);
  }

  public Neighbour withExtendedNextHop(boolean changed) {
    return new Neighbour(
        kind,
        source,
        localAs,
        peerAs,
        addresses,
        identifier,
        clusterId,
        client,
        allowedOwnAs,
        nextHopMode,
        role,
        changed);
  }

  /// What filters may know of a route of that source on its way from or to this peer.
  public RouteContext context(Source told) {
    RouteSource from =
        switch (told.kind()) {
          case LOCAL -> RouteSource.LOCAL;
          case EXTERNAL -> RouteSource.EXTERNAL;
          case INTERNAL -> RouteSource.INTERNAL;
        };
    return RouteContext.of(
        from, new RoutePeer(source.name(), source.address(), peerAs, Optional.empty()));
  }
}
