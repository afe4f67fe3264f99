// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.filter.RouteContext;
import dev.brindle.bird.filter.RoutePeer;
import dev.brindle.bird.filter.RouteSource;
import dev.brindle.bird.wire.PathAttribute.NextHop;
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
/// @param manners what happens to the AS path, if the peer is outside
/// @param link the interface that the session runs over, if it is over one
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
    boolean extendedNextHop,
    PathManners manners,
    Optional<String> link) {

  public Neighbour {
    addresses = List.copyOf(addresses);
  }

  /// To whom we are one AS, without a role, and with next hops of the prefix's own family only.
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
        false,
        PathManners.of(localAs),
        Optional.empty());
  }

  public Neighbour withRole(Optional<Role> changed) {
    return with(changed, extendedNextHop, manners, link);
  }

  public Neighbour withExtendedNextHop(boolean changed) {
    return with(role, changed, manners, link);
  }

  public Neighbour withManners(PathManners changed) {
    return with(role, extendedNextHop, changed, link);
  }

  public Neighbour withLink(Optional<String> changed) {
    return with(role, extendedNextHop, manners, changed);
  }

  private Neighbour with(
      Optional<Role> newRole,
      boolean newExtendedNextHop,
      PathManners newManners,
      Optional<String> newLink) {
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
        newRole,
        newExtendedNextHop,
        newManners,
        newLink);
  }

  /// Our next hop for prefixes of that family; empty if there is none to offer. For IPv4 prefixes
  /// on a session over IPv6 an IPv6 one, if the peer takes that (RFC 8950 §3).
  public Optional<NextHop> ownNextHop(IpFamily family) {
    boolean isOverIpv6 = !addresses.isEmpty() && addresses.getFirst().isIpv6();
    return family == IpFamily.IPV4 && !(extendedNextHop && isOverIpv6)
        ? addresses.stream().filter(IpAddress::isIpv4).findFirst().map(NextHop::of)
        : ownIpv6();
  }

  /// With the link-local address that the session runs on, if it does, beside another or alone.
  private Optional<NextHop> ownIpv6() {
    List<IpAddress> own = addresses.stream().filter(IpAddress::isIpv6).toList();
    if (own.isEmpty() || !own.getFirst().isLinkLocal()) {
      return own.stream().findFirst().map(NextHop::of);
    }
    IpAddress linkLocal = own.getFirst();
    return own.stream()
        .filter(it -> !it.isLinkLocal())
        .findFirst()
        .map(it -> new NextHop(it, Optional.of(linkLocal)))
        .or(() -> Optional.of(NextHop.of(linkLocal)));
  }

  /// Whether prefixes of that family may have this next hop for it.
  public boolean takes(NextHop hop, IpFamily family) {
    boolean isExtended =
        extendedNextHop && family == IpFamily.IPV4 && hop.address().family() == IpFamily.IPV6;
    return hop.address().family() == family || isExtended;
  }

  /// What filters may know of a route of that source on its way from or to this peer.
  public RouteContext context(Source told) {
    RouteSource from =
        switch (told.kind()) {
          case LOCAL -> RouteSource.LOCAL;
          case EXTERNAL -> RouteSource.EXTERNAL;
          case INTERNAL, CONFEDERATION -> RouteSource.INTERNAL;
        };
    return RouteContext.of(from, new RoutePeer(source.name(), source.address(), peerAs, link));
  }
}
