// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.session.AcceptedAs;
import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.PeerConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `confederation` of speaker.yaml (RFC 5065): `{asn: 64500, members: [65001, 65002]}`. The `asn`
/// of the file is that of our member AS, and what neighbours are follows from theirs.
final class ConfederationFields {

  private static final int MAX_MEMBERS = 10_000;
  private static final Set<String> KNOWN = Set.of("asn", "members");
  private static final String LOCAL = "localAsn";

  private ConfederationFields() {}

  /// @param ours the `asn` of the file
  static Confederation read(Field field, AsNumber ours) {
    field.entries(KNOWN);
    Field number = field.get("asn");
    AsNumber as = number.read(AsFields::number);
    if (as.equals(ours)) {
      throw number.wrong(
          "%s is our member AS already (asn); the confederation has a number of its own"
              .formatted(as));
    }
    Set<AsNumber> members = new LinkedHashSet<>();
    for (Field item : field.get("members").items(MAX_MEMBERS)) {
      AsNumber member = item.read(AsFields::number);
      if (member.equals(as)) {
        throw item.wrong("%s is the confederation itself".formatted(member));
      }
      if (!members.add(member)) {
        throw item.wrong("%s is there already".formatted(member));
      }
    }
    members.add(ours);
    return new Confederation(as, members);
  }

  /// What a neighbour is to a member.
  ///
  /// @param peer as it would be without a confederation
  /// @throws SpeakerFileException if that makes no sense within one
  static PeerConfig applied(
      Confederation confederation, PeerConfig peer, Field neighbor, AsNumber ours) {
    PeerConfig placed = confederation.applied(peer, ours);
    if (!peer.isInternal() && !placed.isMember()) {
      checkOutside(confederation, peer, neighbor);
    } else {
      refuse(neighbor, LOCAL, "is for neighbors outside of the confederation; leave it out");
    }
    if (placed.isMember()) {
      refuse(
          neighbor,
          "routeReflectorClient",
          "is for neighbors of our own AS, and this one is another member; leave it out");
    }
    return placed;
  }

  private static void refuse(Field neighbor, String key, String why) {
    Optional<Field> found = neighbor.find(key);
    if (found.isPresent()) {
      throw found.get().wrong(why);
    }
  }

  private static void checkOutside(Confederation confederation, PeerConfig peer, Field neighbor) {
    for (AcceptedAs.Range range : ranges(peer.accepted())) {
      if (range.contains(confederation.as())) {
        throw neighbor
            .get("asn")
            .wrong(
                "%s is our confederation; who is in it has the number of a member"
                    .formatted(confederation.as()));
      }
      Optional<AsNumber> member =
          confederation.members().stream().filter(range::contains).min(AsNumber::compareTo);
      if (member.isPresent()) {
        throw neighbor
            .get("asn")
            .wrong(
                "%s is in our confederation and others are not; list either"
                    .formatted(member.get()));
      }
    }
    neighbor.find(LOCAL).ifPresent(field -> checkLocal(confederation, peer, field));
  }

  private static void checkLocal(Confederation confederation, PeerConfig peer, Field field) {
    AsNumber local = peer.localAs();
    if (local.equals(confederation.as())) {
      throw field.wrong("%s is our AS for everybody outside; leave it out".formatted(local));
    }
    if (confederation.members().contains(local)) {
      throw field.wrong("%s is in our confederation, which nobody outside knows".formatted(local));
    }
  }

  private static List<AcceptedAs.Range> ranges(AcceptedAs accepted) {
    return switch (accepted) {
      case AcceptedAs.One(var as) -> List.of(new AcceptedAs.Range(as, as));
      case AcceptedAs.AnyOf(var ranges) -> ranges;
      case AcceptedAs.External _, AcceptedAs.Outside _ -> List.of();
    };
  }
}
