// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.Callee;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Neighbours that can be told apart: when we call, by address and port; when they call, by address
/// and the address of ours that they call.
final class Distinction {

  private final Map<Called, Seen> called = new HashMap<>();
  private final Map<Callee.Waiting, Seen> waiting = new HashMap<>();
  private final Map<OnLink, Seen> onLink = new HashMap<>();
  private final List<Seen> peers = new ArrayList<>();
  private final Map<Cidr, SeenRange> ranges = new LinkedHashMap<>();

  /// Where we call.
  private record Called(IpAddress address, int port, Optional<String> zone) {

    static Called of(PeerConfig peer) {
      return new Called(peer.address(), peer.port(), peer.zone());
    }
  }

  private record OnLink(String link, boolean isUnnumbered) {}

  private record Seen(PeerConfig peer, Field field) {}

  private record SeenRange(PeerRange range, Field field) {}

  /// @throws SpeakerFileException if it cannot be told from one that was there before
  void add(PeerConfig peer, Field field) {
    Seen added = new Seen(peer, field);
    Seen same = called.putIfAbsent(Called.of(peer), added);
    if (same != null) {
      throw field
          .get(peer.isUnnumbered() ? "interface" : "address")
          .wrong(
              "%s is %s too, in line %d; give another address or port"
                  .formatted(
                      PathFields.Place.text(peer), same.field().name(), same.field().line()));
    }
    Callee.waiting(peer).ifPresent(calls -> add(calls, added));
    peers.add(added);
    peer.zone().ifPresent(link -> add(link, added));
  }

  private void add(Callee.Waiting calls, Seen added) {
    Seen other = waiting.putIfAbsent(calls, added);
    if (other != null) {
      throw added
          .field()
          .get("passive")
          .wrong(
              "calls of %s could be for %s in line %d too; of neighbors with one address, one may"
                      .formatted(calls.address(), other.field().name(), other.field().line())
                  + " be passive for each sourceAddress");
    }
  }

  /// Whoever is found on a link could be the neighbour whose address is known.
  private void add(String link, Seen added) {
    PeerConfig peer = added.peer();
    onLink.putIfAbsent(new OnLink(link, peer.isUnnumbered()), added);
    Seen other = onLink.get(new OnLink(link, !peer.isUnnumbered()));
    if (other != null) {
      throw added
          .field()
          .get(peer.isUnnumbered() ? "interface" : "address")
          .wrong(
              "%s could be %s in line %d; of neighbors on one link, name all by address, or one"
                      .formatted(
                          PathFields.Place.text(peer), other.field().name(), other.field().line())
                  + " by interface alone");
    }
  }

  /// @throws SpeakerFileException if it was there before
  void add(PeerRange range, Field field) {
    SeenRange same = ranges.putIfAbsent(range.range(), new SeenRange(range, field));
    if (same != null) {
      throw field
          .get("range")
          .wrong(
              "%s is %s too, in line %d"
                  .formatted(range.range(), same.field().name(), same.field().line()));
    }
  }

  /// The kernel asks everybody in a range with a password to sign.
  ///
  /// @throws SpeakerFileException if somebody in it has no password
  void checkSigned() {
    ranges.forEach(
        (range, inner) -> requirePassword(inner.range().template(), inner.field(), range));
    peers.forEach(it -> requirePassword(it.peer(), it.field(), Cidr.host(it.peer().address())));
  }

  private void requirePassword(PeerConfig peer, Field field, Cidr where) {
    if (peer.password().isPresent() || peer.refusal().isPresent()) {
      return;
    }
    for (int length = where.length(); length >= 0; length--) {
      SeenRange outer = ranges.get(new Cidr(where.address(), length));
      if (outer != null && outer.range().template().password().isPresent()) {
        throw field.wrong(
            "needs a password, as %s in line %d has one for all of %s"
                .formatted(outer.field().name(), outer.field().line(), outer.range().range()));
      }
    }
  }
}
