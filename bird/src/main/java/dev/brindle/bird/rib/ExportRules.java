// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.NextHopWish;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.Telling;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.Source.Kind;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.ExtendedCommunity;
import dev.brindle.bird.wire.Ipv6ExtendedCommunity;
import dev.brindle.bird.wire.PathAttribute.ClusterList;
import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import dev.brindle.bird.wire.PathAttribute.Ipv6ExtendedCommunities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.OnlyToCustomer;
import dev.brindle.bird.wire.PathAttribute.OriginatorId;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a peer is told of a chosen path, if anything.
public final class ExportRules {

  private static final long DEFAULT_LOCAL_PREF = 100;

  private ExportRules() {}

  public static Optional<PathAttributes> told(
      Cidr prefix, Path path, Neighbour peer, RouteFilter filter) {
    if (!objection(path, peer).isEmpty()) {
      return Optional.empty();
    }
    Telling telling = filter.tell(prefix, path.attributes(), peer.context(path.source()));
    return switch (telling.verdict()) {
      case Verdict.Reject(_) -> Optional.empty();
      case Verdict.Accept(var attributes, _, _) ->
          nextHop(prefix, path, attributes, peer, telling.nextHop())
              .map(
                  hop ->
                      switch (peer.kind()) {
                        case EXTERNAL ->
                            outwards(attributes.with(hop), path, peer, telling.keepsMed());
                        case INTERNAL -> inwards(attributes.with(hop), path, peer);
                        case CONFEDERATION -> aside(attributes.with(hop), peer);
                      });
    };
  }

  /// Why a path may not pass, whatever the filter says; empty if it may.
  static String objection(Path path, Neighbour peer) {
    Source source = path.source();
    if (source.name().equals(peer.source().name())) {
      return "it told us";
    }
    List<Community> communities = path.attributes().communities();
    boolean isExternal = peer.kind() == PeerKind.EXTERNAL;
    boolean isKept =
        communities.contains(Community.NO_ADVERTISE)
            || (isExternal && communities.contains(Community.NO_EXPORT))
            || (peer.kind() != PeerKind.INTERNAL
                && communities.contains(Community.NO_EXPORT_SUBCONFED));
    if (isKept && !source.isLocal()) {
      return "a community keeps it here (RFC 1997)";
    }
    boolean isMarked = path.attributes().onlyToCustomer().isPresent();
    if (isMarked && peer.role().filter(Role::keepsMarked).isPresent()) {
      return "it is marked for customers only (RFC 9234)";
    }
    // RFC 4271 §9.2.1 and RFC 4456 §6: inside the AS only a reflector passes on what it was told
    // inside, to all if a client told it, else to its clients
    boolean isReflection = source.kind() == Kind.INTERNAL && peer.kind() == PeerKind.INTERNAL;
    return !isReflection || source.client() || peer.client()
        ? ""
        : "an internal peer told us, and neither is a reflector client";
  }

  /// Empty if we have no address of the prefix's family to offer.
  private static Optional<NextHop> nextHop(
      Cidr prefix, Path path, PathAttributes attributes, Neighbour peer, NextHopWish wish) {
    boolean keeps =
        switch (wish) {
          case USUAL -> !path.source().isLocal() && keepsNextHop(peer);
          case AS_SET, UNCHANGED -> true;
          case SELF -> false;
        };
    Optional<NextHop> given =
        keeps ? attributes.nextHop().flatMap(NextHop::elsewhere) : Optional.empty();
    return given
        .filter(hop -> peer.takes(hop, prefix.family()))
        .or(() -> peer.ownNextHop(prefix.family()));
  }

  private static boolean keepsNextHop(Neighbour peer) {
    return switch (peer.nextHopMode()) {
      case AUTO -> peer.kind() != PeerKind.EXTERNAL || peer.manners().transparent();
      case SELF -> false;
      case KEEP -> true;
    };
  }

  private static PathAttributes outwards(
      PathAttributes attributes, Path path, Neighbour peer, boolean keepsMed) {
    PathManners manners = peer.manners();
    boolean isShown = manners.shows(path.source());
    AsPath through = attributes.asPath().withoutConfederation();
    for (AsNumber as : isShown ? manners.told().reversed() : List.<AsNumber>of()) {
      through = through.prepended(as);
    }
    PathAttributes told =
        attributes
            .without(
                AttributeType.LOCAL_PREF, AttributeType.ORIGINATOR_ID, AttributeType.CLUSTER_LIST)
            .with(through);
    if (!path.source().isLocal() && !keepsMed && isShown) {
      told = told.without(AttributeType.MULTI_EXIT_DISC); // RFC 4271 §5.1.4
    }
    boolean isMarkDue =
        peer.role().filter(Role::marksWhatItTells).isPresent() && told.onlyToCustomer().isEmpty();
    if (isMarkDue) {
      told = told.with(new OnlyToCustomer(peer.localAs())); // RFC 9234 §5, egress 1
    }
    return transitiveOnly(told);
  }

  /// RFC 4360 §2, RFC 5701 §2.
  private static PathAttributes transitiveOnly(PathAttributes attributes) {
    PathAttributes told =
        attributes
            .find(ExtendedCommunities.class)
            .map(ExtendedCommunities::values)
            .map(values -> values.stream().filter(ExtendedCommunity::isTransitive).toList())
            .map(attributes::withExtended)
            .orElse(attributes);
    return told.find(Ipv6ExtendedCommunities.class)
        .map(Ipv6ExtendedCommunities::values)
        .map(values -> values.stream().filter(Ipv6ExtendedCommunity::isTransitive).toList())
        .map(
            values ->
                values.isEmpty()
                    ? told.without(AttributeType.IPV6_EXTENDED_COMMUNITIES)
                    : told.with(new Ipv6ExtendedCommunities(values)))
        .orElse(told);
  }

  /// To another member of our confederation: next hop, LOCAL_PREF and MED stay (RFC 5065 §4 and
  /// §5).
  private static PathAttributes aside(PathAttributes attributes, Neighbour peer) {
    return withLocalPref(attributes)
        .without(AttributeType.ORIGINATOR_ID, AttributeType.CLUSTER_LIST)
        .with(attributes.asPath().prependedInConfederation(peer.localAs()));
  }

  private static PathAttributes withLocalPref(PathAttributes attributes) {
    return attributes.localPref().isPresent()
        ? attributes
        : attributes.with(new LocalPref(DEFAULT_LOCAL_PREF));
  }

  private static PathAttributes inwards(PathAttributes attributes, Path path, Neighbour peer) {
    PathAttributes told = withLocalPref(attributes);
    return path.source().kind() == Kind.INTERNAL ? reflected(told, path, peer) : told;
  }

  /// RFC 4456 §8.
  private static PathAttributes reflected(PathAttributes attributes, Path path, Neighbour peer) {
    List<IpAddress> clusters = new ArrayList<>();
    clusters.add(peer.clusterId());
    clusters.addAll(attributes.clusterList());
    IpAddress originator = attributes.originatorId().orElse(path.source().identifier());
    return attributes.with(new OriginatorId(originator)).with(new ClusterList(clusters));
  }
}
