// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.session.AcceptedAs;
import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.PeerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The section `neighbors`.
final class NeighborFields {

  private static final Set<String> KNOWN =
      Set.of(
          "address",
          "range",
          "interface",
          "asn",
          "port",
          "passive",
          "multihop",
          "families",
          "import",
          "export",
          "routeReflectorClient",
          "routeServerClient",
          "nextHopSelf",
          "holdTime",
          "password",
          "tcpAo",
          "bfd",
          "gracefulRestart",
          "gracefulShutdown",
          "addPath",
          "maxPrefixes",
          "role",
          "roleStrict",
          "extendedNextHop",
          "localAsn",
          "sourceAddress",
          "ttlSecurity",
          "clusterId",
          "nextHop",
          "allowOwnAs",
          "enforceFirstAs",
          "description",
          "blackhole",
          "limit");
  private static final int MAX_NEIGHBORS = 100_000;
  private static final int LONGEST_DESCRIPTION = 255;

  private final AsNumber as;
  private final Optional<Confederation> confederation;
  private final AsFields numbers;
  private final RoutingFields routing;
  private final NamedSecrets secrets;
  private final List<String> open = new ArrayList<>();
  private final List<PeerRange> ranges = new ArrayList<>();

  /// @param as ours
  /// @param confederation that we are in, if we are in one
  /// @param isPolicyRequired nothing passes an external neighbour if nothing is said (RFC 8212)
  NeighborFields(
      AsNumber as,
      Optional<Confederation> confederation,
      boolean isPolicyRequired,
      Map<String, RuleFilter> filters,
      NamedSecrets secrets) {
    this.as = as;
    this.confederation = confederation;
    this.numbers = new AsFields(as);
    this.routing = new RoutingFields(isPolicyRequired, filters);
    this.secrets = secrets;
  }

  List<PeerConfig> peers(Field section) {
    List<PeerConfig> peers = new ArrayList<>();
    Distinction seen = new Distinction();
    for (Field neighbor : section.items(MAX_NEIGHBORS)) {
      PeerConfig peer = peer(neighbor);
      if (neighbor.find("range").isPresent()) {
        PeerRange range = RangeFields.range(neighbor, peer);
        seen.add(range, neighbor);
        ranges.add(range);
      } else {
        seen.add(peer, neighbor);
        peers.add(peer);
      }
      boolean isDecided =
          neighbor.find("import").isPresent() && neighbor.find("export").isPresent();
      if (peer.isOutside() && !isDecided) {
        open.add(
            neighbor
                .find("range")
                .or(() -> neighbor.find("interface"))
                .orElseGet(() -> neighbor.get("address"))
                .text());
      }
    }
    seen.checkSigned();
    return peers;
  }

  /// External neighbours of whose routes nothing is said, in one direction at least.
  List<String> open() {
    return List.copyOf(open);
  }

  /// Those that `peers` met.
  List<PeerRange> ranges() {
    return List.copyOf(ranges);
  }

  private PeerConfig peer(Field field) {
    field.entries(KNOWN);
    boolean isRange = field.find("range").isPresent();
    PathFields.Place place = place(field);
    if (!isRange && field.find("limit").isPresent()) {
      throw field.get("limit").wrong("is for neighbors with a range; maxPrefixes limits routes");
    }
    AsFields.Ours ours = numbers.ours(field);
    AcceptedAs theirs = numbers.theirs(field, ours);
    PeerConfig alone =
        PeerConfig.of(
                isRange ? RangeFields.name(field) : PathFields.name(place),
                PeerType.NODE,
                place.address(),
                ours.as(),
                ours.as())
            .withAccepted(theirs)
            .withLocalAsMode(ours.mode())
            .withPort(place.port())
            .withZone(place.zone())
            .withPassive(isRange || field.flag("passive"))
            .withTiming(TimingFields.of(field))
            .withBfd(field.find("bfd").map(it -> BfdFields.of(it, field)))
            .withDescription(field.find("description").map(NeighborFields::description).orElse(""));
    PeerConfig peer =
        confederation.map(it -> ConfederationFields.applied(it, alone, field, as)).orElse(alone);
    RoleFields.check(field, peer);
    PeerConfig reached = PathFields.withPath(peer.withRouting(routing.of(field, peer)), field);
    if (field.find("tcpAo").isPresent()) {
      return AoFields.withKeys(reached, field, secrets);
    }
    return field.find("password").map(it -> withPassword(reached, it)).orElse(reached);
  }

  private static PathFields.Place place(Field field) {
    if (field.find("interface").isPresent()) {
      return LinkFields.place(field);
    }
    return field.find("range").isPresent() ? RangeFields.place(field) : PathFields.place(field);
  }

  private static String description(Field field) {
    return field.read(
        text -> {
          if (text.length() > LONGEST_DESCRIPTION
              || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                "is longer than %d characters, or more than a line".formatted(LONGEST_DESCRIPTION));
          }
          return text;
        });
  }

  /// Without its password there is no session, never one with an empty password.
  private PeerConfig withPassword(PeerConfig peer, Field field) {
    return switch (secrets.read(field)) {
      case PasswordSource.Answer.Found(var password) -> peer.withPassword(password);
      case PasswordSource.Answer.Missing(var reason) -> peer.refusedBecause(reason);
    };
  }
}
