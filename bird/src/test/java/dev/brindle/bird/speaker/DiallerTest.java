// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.topology.PeerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calls of 127.0.0.1 to 127.0.0.2. What a test does within one turn of the speaker's thread no
/// answer can come between.
class DiallerTest {

  private static final long AS = 64_512;

  private final SessionRig rig = new SessionRig();
  private final List<PeerConnection> answered = new CopyOnWriteArrayList<>();
  private final List<String> unanswered = new CopyOnWriteArrayList<>();
  private volatile boolean isWaiting = true;
  private final Dialler dialler =
      new Dialler(
          rig.workshop(),
          new Dialler.Caller() {
            @Override
            public void guard(Runnable work) {
              work.run();
            }

            @Override
            public boolean isWaiting() {
              return isWaiting;
            }

            @Override
            public void answered(PeerConnection made) {
              answered.add(made);
            }

            @Override
            public void unanswered(String why) {
              unanswered.add(why);
            }
          });
  private final PeerConfig peer = Loopback.peer(1, AS, 2, AS, rig.port());
  private final PeerConfig unreachable = peer.withZone(Optional.of("no-such0"));

  @AfterEach
  void close() {
    rig.close();
  }

  private ServerSocket listen() throws IOException {
    return new ServerSocket(rig.port(), 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
  }

  private void awaitOne(List<?> outcomes) {
    Loopback.await("an outcome", () -> !outcomes.isEmpty());
    rig.run(() -> {}); // and what else there is to hear
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void aPeerThatAnswersIsConnected() throws IOException {
    try (ServerSocket listener = listen()) {
      assertThat(listener.isBound()).isTrue();
      rig.run(() -> dialler.dial(peer));

      awaitOne(answered);
      var channel = answered.getFirst().channel();
      assertThat(channel.remoteAddress()).isEqualTo(SocketAddresses.of(peer));
      assertThat(channel.localAddress()).asString().startsWith("/127.0.0.1:");
      assertThat(unanswered).isEmpty();
    }
  }

  @Test
  void whoDoesNotListenDoesNotAnswer() {
    rig.run(() -> dialler.dial(peer));

    awaitOne(unanswered);
    assertThat(unanswered.getFirst()).contains("Connection refused", "127.0.0.2");
    assertThat(answered).isEmpty();
  }

  @Test
  void anAttemptThatWasGivenUpIsHeardByNobody() throws IOException {
    try (ServerSocket listener = listen()) {
      assertThat(listener.isBound()).isTrue();
      rig.run(
          () -> {
            dialler.dial(peer);
            dialler.hangUp();
            dialler.dial(peer);
          });

      awaitOne(answered);
      assertThat(unanswered).isEmpty();
    }
  }

  /// Two turns later the attempt has failed, and that was looked at.
  @Test
  void whoHangsUpHearsNothingMore() {
    rig.run(
        () -> {
          dialler.dial(peer);
          dialler.hangUp();
        });
    rig.run(() -> {});
    rig.run(() -> {});

    assertThat(answered).isEmpty();
    assertThat(unanswered).isEmpty();
  }

  /// The next one goes by other settings, so this one has to be heard of.
  @Test
  void anAttemptThatIsMadeToFailIsHeardOfOnce() throws IOException {
    try (ServerSocket listener = listen()) {
      assertThat(listener.isBound()).isTrue();
      rig.run(
          () -> {
            dialler.dial(peer);
            dialler.fail();
          });
      awaitOne(unanswered);
      assertThat(answered).isEmpty();

      rig.run(() -> dialler.dial(peer));
      awaitOne(answered);
    }
  }

  @Test
  void whereThereIsNoAttemptNothingFails() {
    rig.run(
        () -> {
          dialler.fail();
          dialler.hangUp();
        });

    assertThat(answered).isEmpty();
    assertThat(unanswered).isEmpty();
  }

  /// Said later, as any outcome is: the caller has just begun to wait.
  @Test
  void anInterfaceThatIsNotThereIsNamed() {
    rig.run(
        () -> {
          dialler.dial(unreachable);
          assertThat(unanswered).isEmpty();
        });

    awaitOne(unanswered);
    assertThat(unanswered).containsExactly("there is no interface no-such0");
  }

  @Test
  void whoDoesNotWaitAnyMoreHearsNothingOfTheInterface() {
    rig.run(
        () -> {
          dialler.dial(unreachable);
          isWaiting = false;
        });
    rig.run(() -> {});

    assertThat(unanswered).isEmpty();
  }

  @Test
  void anotherAttemptThatIsUnderWayIsNotBlamedForTheInterface() throws IOException {
    try (ServerSocket listener = listen()) {
      assertThat(listener.isBound()).isTrue();
      rig.run(
          () -> {
            dialler.dial(unreachable);
            dialler.dial(peer);
          });

      awaitOne(answered);
      assertThat(unanswered).isEmpty();
    }
  }
}
