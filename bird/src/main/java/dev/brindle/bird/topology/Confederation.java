// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.session.AcceptedAs;
import java.util.Set;
import java.util.TreeSet;

/// Several systems that are one to all others (RFC 5065).
///
/// @param as how those outside know it
/// @param members their AS numbers, ours among them
public record Confederation(AsNumber as, Set<AsNumber> members) {

  public Confederation {
    members = Set.copyOf(members);
  }

  /// The peer as it is for a member: who is outside knows us by the number of the whole, unless
  /// that peer knows us by one of its own.
  ///
  /// @param ours our member AS
  public PeerConfig applied(PeerConfig peer, AsNumber ours) {
    boolean isShared = !peer.isInternal() && isShared(peer.accepted());
    PeerConfig placed = peer.withMembership(new Membership(as, isShared));
    if (!placed.isOutside()) {
      return placed;
    }
    PeerConfig known = placed.localAs().equals(ours) ? placed.withLocalAs(as) : placed;
    return known.accepted() instanceof AcceptedAs.External
        ? known.withAccepted(new AcceptedAs.Outside(members))
        : known;
  }

  private boolean isShared(AcceptedAs accepted) {
    return switch (accepted) {
      case AcceptedAs.One(var peer) -> members.contains(peer);
      case AcceptedAs.AnyOf(var ranges) -> ranges.stream().allMatch(this::holds);
      case AcceptedAs.External _, AcceptedAs.Outside _ -> false;
    };
  }

  private boolean holds(AcceptedAs.Range range) {
    return members.stream().filter(range::contains).count() == range.size();
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(as, new TreeSet<>(members));
  }
}
