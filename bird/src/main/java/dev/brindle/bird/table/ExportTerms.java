// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;

/// What `Rewrite` needs to know of the peers of a group. Peers of equal terms read the same bytes.
///
/// @param localAs ours, as the group knows us, unsigned
/// @param ownIpv4 our next hop for IPv4: 4 octets, those of an IPv6 one (RFC 8950), or none if we
///     have none to offer
/// @param ownIpv6 for IPv6: 16 octets, 32 with a link-local one, or none
/// @param keepsNextHop what others told is passed on with their next hop
/// @param clusterId ours as a route reflector
/// @param fourOctetAs the group knows AS numbers of four octets
/// @param extendedNextHop IPv4 prefixes may have IPv6 next hops (RFC 8950)
/// @param mark the AS number, unsigned, that unmarked routes get as ONLY_TO_CUSTOMER; 0 for none
/// @param behindAs another AS of ours, behind `localAs` in paths; 0 for none
/// @param transparent what others outside told is passed on as they told it (RFC 7947)
public record ExportTerms(
    PeerKind kind,
    int localAs,
    Octets ownIpv4,
    Octets ownIpv6,
    boolean keepsNextHop,
    int clusterId,
    boolean fourOctetAs,
    int mark,
    boolean extendedNextHop,
    int behindAs,
    boolean transparent) {

  private static final int NONE = 0;

  /// @throws IllegalArgumentException if a next hop has a length that no family has
  public ExportTerms {
    boolean isGood = (ownIpv4.size() == 4 || isIpv6(ownIpv4)) && isIpv6(ownIpv6);
    if (!isGood) {
      throw new IllegalArgumentException(
          "next hops of %d and %d octets".formatted(ownIpv4.size(), ownIpv6.size()));
    }
  }

  private static boolean isIpv6(Octets hop) {
    return hop.size() == 0 || hop.size() == 16 || hop.size() == 32;
  }

  /// For peers to which we have no role, and to whom we are one AS.
  ExportTerms(
      PeerKind kind,
      int localAs,
      Octets ownIpv4,
      Octets ownIpv6,
      boolean keepsNextHop,
      int clusterId,
      boolean fourOctetAs) {
    this(
        kind,
        localAs,
        ownIpv4,
        ownIpv6,
        keepsNextHop,
        clusterId,
        fourOctetAs,
        NONE,
        false,
        NONE,
        false);
  }

  public static ExportTerms of(Neighbour peer, boolean fourOctetAs) {
    return new ExportTerms(
        peer.kind(),
        (int) peer.manners().told().getFirst().value(),
        own(peer, IpFamily.IPV4),
        own(peer, IpFamily.IPV6),
        switch (peer.nextHopMode()) {
          case AUTO -> peer.kind() != PeerKind.EXTERNAL || peer.manners().transparent();
          case SELF -> false;
          case KEEP -> true;
        },
        (int) peer.clusterId().low(),
        fourOctetAs,
        peer.role().filter(Role::marksWhatItTells).isPresent()
            ? (int) peer.localAs().value()
            : NONE,
        peer.extendedNextHop(),
        peer.manners().told().size() > 1 ? (int) peer.manners().told().getLast().value() : NONE,
        peer.manners().transparent());
  }

  private static Octets own(Neighbour peer, IpFamily family) {
    return peer.ownNextHop(family)
        .map(hop -> Octets.copyOf(CanonicalForm.octets(hop)))
        .orElse(Octets.EMPTY);
  }

  Octets own(Family family) {
    return switch (family) {
      case IPV4_UNICAST -> ownIpv4;
      case IPV6_UNICAST -> ownIpv6;
    };
  }
}
