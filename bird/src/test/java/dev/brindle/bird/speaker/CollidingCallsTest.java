// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.RestartFamily;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two connections of one peer, said octet by octet by one whose calls win.
class CollidingCallsTest {

  private static final long AS = 64512;

  private final int port = Loopback.freePort();
  private final Speaker speaker = Loopback.speaker(new RecordingSink());

  @AfterEach
  void close() {
    speaker.close();
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
  }

  private RawPeer call() throws IOException {
    return RawPeer.call(2, Loopback.address(1), port);
  }

  private PeerReport report() {
    return speaker.report().peers().getFirst();
  }

  /// It took our call before its own was there, and gave that one up: we have to keep ours.
  @Test
  void aCallWithoutAnOpenCostsNotTheOtherOne() throws IOException {
    try (ServerSocket listener = listen(port)) {
      speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port)));
      try (RawPeer ours = RawPeer.answer(listener, PeerKind.INTERNAL);
          RawPeer theirs = call()) {
        ours.hearUntil(Open.class);
        theirs.hearUntil(Open.class);

        ours.open(2, AS, 9);
        Message answer = ours.hear();
        theirs.hangUp();
        ours.say(new Keepalive());

        assertThat(answer).isInstanceOf(Keepalive.class);
        Loopback.await("established", () -> report().isEstablished());
      }
    }
  }

  @Test
  void aCallWithAnOpenReplacesOurs() throws IOException {
    try (ServerSocket listener = listen(port)) {
      speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port)));
      try (RawPeer ours = RawPeer.answer(listener, PeerKind.INTERNAL);
          RawPeer theirs = call()) {
        ours.hearUntil(Open.class);
        theirs.hearUntil(Open.class);
        ours.open(2, AS, 9);
        ours.hearUntil(Keepalive.class);

        theirs.establish(2, AS, 9);

        Notification last = ours.hearUntil(Notification.class);
        assertThat(last.code()).isEqualTo(NotificationCode.CEASE);
        assertThat(last.subcode()).isEqualTo(NotificationCode.COLLISION);
        Loopback.await("established", () -> report().isEstablished());
      }
    }
  }

  /// After a restart of ours KEEPALIVE waits for routes, but not while the peer has a choice: it
  /// would end what we think is up.
  @Test
  void aKeepaliveThatIsOwedIsPaidBeforeTheOtherCallIsAnswered() throws IOException {
    try (ServerSocket listener = listen(port)) {
      speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port)));
      try (RawPeer ours = RawPeer.answer(listener, PeerKind.INTERNAL)) {
        ours.hearUntil(Open.class);
        ours.open(2, AS, 90, keptOurRoutes());
        Loopback.await("its OPEN is there", () -> report().state().equals("OpenConfirm"));

        try (RawPeer theirs = call()) {
          theirs.hearUntil(Open.class);
          assertThat(ours.hasMore()).as("KEEPALIVE is there").isTrue();
          assertThat(ours.hear()).isInstanceOf(Keepalive.class);
        }
      }
    }
  }

  private static List<Capability> keptOurRoutes() {
    RestartFamily kept = new RestartFamily(Family.IPV4_UNICAST.wire(), true);
    return List.of(new GracefulRestart(false, true, 60, List.of(kept)));
  }

  /// A peer that has restarted calls anew, and its old connection ends before the new one is up.
  @Test
  void aNewCallTakesOverWhenTheOldOneIsLostMeanwhile() throws IOException {
    speaker.start(
        config(1, AS, port, peer(1, AS, 2, AS, port).withPassive(true))
            .withAnnounce(prefixes("10.1.0.0/26")));
    try (RawPeer before = call()) {
      before.establishRestarted(2, AS, 9);
      Loopback.await("established", () -> report().isEstablished());
      try (RawPeer anew = call()) {
        anew.openRestarted(2, AS, 9);
        anew.hearUntil(Keepalive.class);
        before.hangUp();
        Loopback.await("the old one is lost", () -> !report().isEstablished());

        anew.say(new Keepalive());

        anew.hearUntil(Update.class);
        Loopback.await("the new one counts", () -> report().isEstablished());
      }
    }
  }

  /// Without graceful restart nobody would come back with another call.
  @Test
  void anEstablishedSessionStaysWhereTheCallerKeepsNothing() throws IOException {
    speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port).withPassive(true)));
    try (RawPeer before = call()) {
      before.establish(2, AS, 9);
      Loopback.await("established", () -> report().isEstablished());
      Instant since = report().since();
      try (RawPeer another = call()) {
        another.open(2, AS, 9);

        assertThat(another.hearUntil(Notification.class).subcode())
            .isEqualTo(NotificationCode.COLLISION);
      }
      assertThat(report().isEstablished()).isTrue();
      assertThat(report().since()).isEqualTo(since);
    }
  }

  @Test
  void aSecondCallThatIsLostMakesRoomForAThird() throws IOException {
    speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port).withPassive(true)));
    try (RawPeer before = call()) {
      before.establishRestarted(2, AS, 9);
      Loopback.await("established", () -> report().isEstablished());
      try (RawPeer second = call()) {
        second.hearUntil(Open.class);
      }
      Loopback.await("the third is answered", this::isAnswered);

      assertThat(report().isEstablished()).isTrue();
      assertThat(report().reason()).as("why there is no session").isEmpty();
    }
  }

  /// As long as the end of the one before is not known, a call is turned away.
  private boolean isAnswered() {
    try (RawPeer third = call()) {
      third.hearUntil(Open.class);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Of a connection that was replaced no timer is left: it would call, and end the one there is.
  /// When another peer, whose session ended later, has been called three times, it would have.
  @Test
  void whatWasReplacedCallsNobody() throws IOException {
    try (ServerSocket listener = listen(port);
        ServerSocket clock =
            new ServerSocket(port, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 3}))) {
      speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port), peer(1, AS, 3, AS, port)));
      try (RawPeer before = RawPeer.answer(listener, PeerKind.INTERNAL);
          RawPeer anew = call()) {
        before.establishRestarted(2, AS, 9);
        anew.establishRestarted(2, AS, 9);
        Loopback.await("the new one counts", () -> report().isEstablished());

        for (int i = 0; i < 3; i++) {
          RawPeer.answer(clock, PeerKind.INTERNAL).close();
        }

        listener.setSoTimeout(1);
        assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
        assertThat(report().isEstablished()).isTrue();
      }
    }
  }

  /// RFC 6286 §2.3: of two with one identifier the greater AS number decides, here ours.
  @Test
  void withEqualIdentifiersTheAsDecides() throws IOException {
    try (ServerSocket listener = listen(port)) {
      speaker.start(config(1, AS, port, peer(1, AS, 2, AS - 1, port)));
      try (RawPeer ours = RawPeer.answer(listener, PeerKind.EXTERNAL);
          RawPeer theirs = RawPeer.call(2, Loopback.address(1), port, PeerKind.EXTERNAL)) {
        ours.hearUntil(Open.class);
        theirs.hearUntil(Open.class);
        ours.open(1, AS - 1, 9);
        ours.hearUntil(Keepalive.class);

        theirs.open(1, AS - 1, 9);

        assertThat(theirs.hearUntil(Notification.class).subcode())
            .isEqualTo(NotificationCode.COLLISION);
        ours.say(new Keepalive());
        Loopback.await("established", () -> report().isEstablished());
      }
    }
  }
}
