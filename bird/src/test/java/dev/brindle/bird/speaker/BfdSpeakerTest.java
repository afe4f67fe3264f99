// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.bfd.BfdState;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What BFD does to BGP, between two speakers of ours.
class BfdSpeakerTest {

  private static final BfdSettings FAST = BfdSettings.of(Duration.ofMillis(300), 3);

  private final int port = Loopback.freePort();
  private final Speaker first = Loopback.speaker(new RecordingSink());
  private final Speaker second = Loopback.speaker(new RecordingSink());

  @BeforeEach
  void assumeOwnNetwork() {
    OwnNetwork.assumeThere();
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private SpeakerConfig config(int host, int peer, Optional<BfdSettings> bfd) {
    return config(host, peer, bfd, List.of(new ListenAddress(OwnNetwork.ipv4(host), port)));
  }

  private SpeakerConfig config(
      int host, int peer, Optional<BfdSettings> bfd, List<ListenAddress> listen) {
    PeerConfig other =
        PeerConfig.of(
                "peer", PeerType.NODE, OwnNetwork.ipv4(peer), new AsNumber(1), new AsNumber(1))
            .withPort(port)
            .withSource(Optional.of(OwnNetwork.ipv4(host)))
            .withTiming(Loopback.TIMING)
            .withBfd(bfd);
    return new SpeakerConfig(
        new AsNumber(1),
        OwnNetwork.ipv4(host),
        Optional.empty(),
        listen,
        List.of(),
        List.of(other),
        Set.of(),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private static PeerReport peer(Speaker speaker) {
    return speaker.report().peers().getFirst();
  }

  private static BfdReport bfd(Speaker speaker) {
    return peer(speaker).bfd().orElseThrow();
  }

  private void startBoth() {
    first.start(config(1, 2, Optional.of(FAST)));
    second.start(config(2, 1, Optional.of(FAST)));
    Loopback.await("BGP", () -> peer(first).isEstablished() && peer(second).isEstablished());
    Loopback.await("BFD", () -> isUp(first) && isUp(second));
  }

  private static boolean isUp(Speaker speaker) {
    return bfd(speaker).state() == BfdState.UP;
  }

  @Test
  void aPeerThatSwitchesBfdOffKeepsItsSession() {
    startBoth();

    second.reconfigure(config(2, 1, Optional.empty()));
    Loopback.await("AdminDown", () -> bfd(first).remote().state() == BfdState.ADMIN_DOWN);

    assertThat(bfd(first).state()).isEqualTo(BfdState.DOWN);
    assertThat(peer(first).isEstablished()).isTrue();
    assertThat(peer(second).isEstablished()).isTrue();
    assertThat(peer(second).bfd()).isEmpty();
  }

  @Test
  void otherTimesTakeNeitherSessionDown() {
    startBoth();

    first.reconfigure(config(1, 2, Optional.of(BfdSettings.of(Duration.ofMillis(100), 20))));
    second.reconfigure(config(2, 1, Optional.of(BfdSettings.of(Duration.ofMillis(100), 15))));
    Loopback.await(
        "times",
        () ->
            bfd(first).detectionTime().toMillis() == 1_500
                && bfd(second).detectionTime().toMillis() == 2_000);

    assertThat(bfd(first).downs()).isZero();
    assertThat(bfd(second).downs()).isZero();
    assertThat(peer(first).isEstablished()).isTrue();
  }

  @Test
  void aStrictSessionWaitsForBfd() {
    first.start(config(1, 2, Optional.of(FAST.withStrict(true))));
    second.start(config(2, 1, Optional.empty()));
    Loopback.await("a call turned away", () -> !peer(second).reason().isEmpty());
    assertThat(peer(first).state()).isEqualTo("Idle");
    assertThat(peer(first).reason()).isEqualTo("waits for BFD to come up");

    second.reconfigure(config(2, 1, Optional.of(FAST)));

    Loopback.await("BGP", () -> peer(first).isEstablished() && peer(second).isEstablished());
    assertThat(isUp(first)).isTrue();
  }

  @Test
  void aPeerThatNeverSpeaksBfdHasItsSession() {
    first.start(config(1, 2, Optional.of(FAST)));
    second.start(config(2, 1, Optional.empty()));

    Loopback.await("BGP", () -> peer(first).isEstablished());
    assertThat(bfd(first).state()).isEqualTo(BfdState.DOWN);
  }

  /// Over other ports, and so another session.
  @Test
  void aPeerThatBecomesMultihopHasAnotherSession() {
    startBoth();

    first.reconfigure(config(1, 2, Optional.of(FAST.withMultihop(true))));
    Loopback.await("the old one is over", () -> !isUp(first) && !isUp(second));
    second.reconfigure(config(2, 1, Optional.of(FAST.withMultihop(true))));

    Loopback.await("BFD", () -> isUp(first) && isUp(second));
    assertThat(peer(first).isEstablished()).isTrue();
    assertThat(peer(second).isEstablished()).isTrue();
  }

  /// Where several addresses are listened on, somebody else may have BFD on those of other peers.
  @Test
  void listensWhereThePeerIsSpokenToFrom() throws IOException {
    InetAddress elsewhere = InetAddress.getByAddress(OwnNetwork.ipv4(3).bytes());
    try (DatagramSocket another = new DatagramSocket(new InetSocketAddress(elsewhere, 3784))) {
      assertThat(another.isBound()).isTrue();
      SpeakerConfig both =
          config(
              1,
              2,
              Optional.of(FAST),
              List.of(
                  new ListenAddress(OwnNetwork.ipv4(1), port),
                  new ListenAddress(OwnNetwork.ipv4(3), port)));
      first.start(both);
      second.start(config(2, 1, Optional.of(FAST)));

      Loopback.await("BFD", () -> isUp(first) && isUp(second));
      assertThat(bfd(first).problem()).isEmpty();
    }
  }
}
