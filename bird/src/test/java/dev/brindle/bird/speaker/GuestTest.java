// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.session.AcceptedAs;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Peers that come to be by calling from 127.0.0.0/28.
class GuestTest {

  private static final int HOLD = 90;

  /// At a time, as far as we can open files.
  private static final int MOST_OPEN = 500;

  private final int port = Loopback.freePort();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final Speaker speaker = new Speaker(new RecordingSink(), now::get, new Random(7));

  @AfterEach
  void close() {
    speaker.close();
  }

  private static PeerRange range(int limit) {
    PeerConfig template =
        PeerConfig.of("Range", PeerType.NODE, Loopback.address(0), as(64512), as(64512))
            .withAccepted(new AcceptedAs.External())
            .withPassive(true);
    return new PeerRange(Cidr.parse("127.0.0.0/28"), limit, template);
  }

  private SpeakerConfig config(int limit, PeerConfig... peers) {
    return Loopback.config(1, 64512, port, peers).withRanges(List.of(range(limit)));
  }

  private RawPeer establish(int host) throws IOException {
    RawPeer peer = RawPeer.call(host, Loopback.address(1), port);
    peer.establish(host, 64600 + host, HOLD);
    String name = "Peer_127_0_0_" + host;
    Loopback.await(name, () -> established().contains(name)); // for the speaker too
    return peer;
  }

  private List<String> established() {
    return speaker.report().peers().stream()
        .filter(PeerReport::isEstablished)
        .map(PeerReport::name)
        .toList();
  }

  @Test
  void whoeverCallsFromTheRangeIsAPeer() throws IOException {
    speaker.start(config(10));
    assertThat(speaker.report().peers()).isEmpty();

    try (RawPeer _ = establish(2);
        RawPeer _ = establish(3)) {
      Loopback.await("both", () -> established().size() == 2);

      assertThat(speaker.report().peers())
          .extracting(PeerReport::name)
          .containsExactly("Peer_127_0_0_2", "Peer_127_0_0_3");
      assertThat(speaker.report().peers())
          .extracting(PeerReport::as)
          .containsExactly(as(64602), as(64603));
    }
  }

  @Test
  void whoeverCallsFromElsewhereGetsNoOctet() throws IOException {
    speaker.start(config(10));
    try (RawPeer stranger = RawPeer.call(16, Loopback.address(1), port)) {
      assertThatThrownBy(() -> stranger.hearUntil(Open.class)).isInstanceOf(IOException.class);
    }
    assertThat(speaker.report().peers()).isEmpty();
  }

  /// The external peer of a range may not be of our own AS.
  @Test
  void theAsMustFit() throws IOException {
    speaker.start(config(10));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.open(2, 64512, HOLD);

      assertThat(peer.hearUntil(Notification.class).subcode())
          .isEqualTo(NotificationCode.BAD_PEER_AS);
    }
  }

  @Test
  void aConfiguredNeighborInsideTheRangeIsNoGuest() throws IOException {
    speaker.start(config(10, Loopback.peer(1, 64512, 2, 64512, 1).withPassive(true)));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.establish(2, 64512, HOLD);

      Loopback.await("established", () -> established().equals(List.of("Node_2")));
    }
  }

  @Test
  void theLimitHoldsAndWhoHasNoSessionMakesWay() throws IOException {
    speaker.start(config(2));
    try (RawPeer _ = establish(2);
        RawPeer silent = RawPeer.call(3, Loopback.address(1), port)) {
      silent.hearUntil(Open.class);

      try (RawPeer _ = establish(4);
          RawPeer late = RawPeer.call(5, Loopback.address(1), port)) {
        assertThatThrownBy(() -> late.hearUntil(Open.class)).isInstanceOf(IOException.class);
        assertThat(silent.hearUntil(Notification.class).subcode())
            .isEqualTo(NotificationCode.REJECTED);
        Loopback.await(
            "both", () -> established().equals(List.of("Peer_127_0_0_2", "Peer_127_0_0_4")));
      }
    }
  }

  @Test
  void aGuestWithoutASessionIsForgotten() throws IOException {
    speaker.start(config(10));
    try (RawPeer _ = establish(2)) {
      Loopback.await("established", () -> established().size() == 1);
    }
    Loopback.await("down", () -> established().isEmpty());
    assertThat(speaker.report().peers()).hasSize(1);

    Loopback.await(
        "forgotten",
        () -> {
          now.updateAndGet(it -> it.plusMillis(100));
          return speaker.report().peers().isEmpty();
        });
  }

  /// With graceful restart it agreed on 60 s of absence.
  @Test
  void aGuestWhoseRoutesAreKeptStays() throws IOException {
    speaker.start(config(10));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.establishRestarted(2, 64602, HOLD);
      peer.say(
          Update.announce(
              PathAttributes.of(
                  new Origin(Origin.Source.IGP), AsPath.of(64602), NextHop.of(Loopback.address(2))),
              List.of(Cidr.parse("10.9.0.0/24"))));
      Loopback.await("a route", () -> speaker.report().prefixes() == 1);
    }
    Loopback.await("stale", () -> speaker.report().peers().getFirst().stale());
    try (RawPeer _ = establish(3)) {
      Loopback.await("another one", () -> established().size() == 1);
    }
    Loopback.await("which goes", () -> established().isEmpty());

    Loopback.await(
        "the other is forgotten",
        () -> {
          now.updateAndGet(it -> it.plusMillis(100));
          return speaker.report().peers().size() == 1;
        });
    assertThat(speaker.report().peers())
        .extracting(PeerReport::name)
        .containsExactly("Peer_127_0_0_2");
  }

  @Test
  void aReloadKeepsGuestsThatAreStillIn() throws IOException {
    speaker.start(config(10));
    try (RawPeer _ = establish(2);
        RawPeer dropped = establish(9)) {
      Loopback.await("both", () -> established().size() == 2);
      PeerRange half = new PeerRange(Cidr.parse("127.0.0.0/29"), 5, range(5).template());

      speaker.reconfigure(config(10).withRanges(List.of(half)));

      assertThat(established()).containsExactly("Peer_127_0_0_2");
      assertThat(dropped.hearUntil(Notification.class).code()).isEqualTo(NotificationCode.CEASE);
    }
  }

  /// Ten thousand that never say a word, from an address that is nobody's and from the range.
  @Test
  void aHerdThatSaysNothingKeepsNobodyOut() throws IOException {
    speaker.start(config(3));
    Deque<Socket> herd = new ArrayDeque<>();
    try {
      for (int i = 0; i < 10_000; i++) {
        Socket socket = new Socket();
        int host = i % 2 == 0 ? 200 : 2 + i % 12;
        socket.bind(SocketAddresses.of(Loopback.address(host), 0));
        socket.connect(SocketAddresses.of(Loopback.address(1), port), 20_000);
        herd.add(socket);
        if (herd.size() > MOST_OPEN) {
          herd.removeFirst().close();
        }
      }
      try (RawPeer _ = establish(14)) {
        Loopback.await("the one that speaks", () -> established().size() == 1);
        assertThat(speaker.report().peers()).hasSizeLessThanOrEqualTo(3);
      }
    } finally {
      for (Socket socket : herd) {
        socket.close();
      }
    }
  }
}
