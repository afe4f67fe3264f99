// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.Callee;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Neighbours that can be told apart: when we call, by address and port; when they call, by address
/// and the address of ours that they call.
final class Distinction {

  private final Map<IpAddress, List<Seen>> byAddress = new HashMap<>();

  private final Map<String, List<Seen>> byLink = new HashMap<>();

  private final List<SeenRange> ranges = new ArrayList<>();

  private record Seen(PeerConfig peer, Field field) {}

  private record SeenRange(PeerRange range, Field field) {}

  /// @throws SpeakerFileException if it cannot be told from one that was there before
  void add(PeerConfig peer, Field field) {
    List<Seen> sharing = byAddress.computeIfAbsent(peer.address(), _ -> new ArrayList<>());
    for (Seen other : sharing) {
      if (isSamePlace(peer, other.peer())) {
        throw field
            .get(peer.isUnnumbered() ? "interface" : "address")
            .wrong(
                "%s is %s too, in line %d; give another address or port"
                    .formatted(
                        PathFields.Place.text(peer), other.field().name(), other.field().line()));
      }
      if (Callee.isAmbiguous(peer, other.peer())) {
        throw field
            .get("passive")
            .wrong(
                "calls of %s could be for %s in line %d too; of neighbors with one address, one may"
                        .formatted(peer.address(), other.field().name(), other.field().line())
                    + " be passive for each sourceAddress");
      }
    }
    sharing.add(new Seen(peer, field));
    peer.zone().ifPresent(link -> add(link, peer, field));
  }

  /// Whoever is found on a link could be the neighbour whose address is known.
  private void add(String link, PeerConfig peer, Field field) {
    List<Seen> sharing = byLink.computeIfAbsent(link, _ -> new ArrayList<>());
    for (Seen other : sharing) {
      if (peer.isUnnumbered() != other.peer().isUnnumbered()) {
        throw field
            .get(peer.isUnnumbered() ? "interface" : "address")
            .wrong(
                "%s could be %s in line %d; of neighbors on one link, name all by address, or one"
                        .formatted(
                            PathFields.Place.text(peer), other.field().name(), other.field().line())
                    + " by interface alone");
      }
    }
    sharing.add(new Seen(peer, field));
  }

  /// @throws SpeakerFileException if it was there before
  void add(PeerRange range, Field field) {
    for (SeenRange other : ranges) {
      if (other.range().range().equals(range.range())) {
        throw field
            .get("range")
            .wrong(
                "%s is %s too, in line %d"
                    .formatted(range.range(), other.field().name(), other.field().line()));
      }
    }
    ranges.add(new SeenRange(range, field));
  }

  /// The kernel asks everybody in a range with a password to sign.
  ///
  /// @throws SpeakerFileException if somebody in it has no password
  void checkSigned() {
    List<SeenRange> signed =
        ranges.stream().filter(it -> it.range().template().password().isPresent()).toList();
    for (SeenRange outer : signed) {
      for (SeenRange inner : ranges) {
        if (outer.range().range().contains(inner.range().range())) {
          requirePassword(inner.range().template(), inner.field(), outer);
        }
      }
      byAddress.forEach(
          (address, sharing) -> {
            if (outer.range().range().contains(address)) {
              sharing.forEach(it -> requirePassword(it.peer(), it.field(), outer));
            }
          });
    }
  }

  private static void requirePassword(PeerConfig peer, Field field, SeenRange outer) {
    if (peer.password().isEmpty() && peer.refusal().isEmpty()) {
      throw field.wrong(
          "needs a password, as %s in line %d has one for all of %s"
              .formatted(outer.field().name(), outer.field().line(), outer.range().range()));
    }
  }

  private static boolean isSamePlace(PeerConfig one, PeerConfig other) {
    return one.port() == other.port() && one.zone().equals(other.zone());
  }
}
