// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A peer that does not read for a while (RFC 9687). How long is told by another one, which stops
/// later, never goes on, and is dropped for it.
class SendHoldTest {

  private static final long AS = 64512;
  private static final int ENOUGH_ALIKE = 100;
  private static final List<Capability> IPV6 =
      List.of(new Capability.Multiprotocol(Family.IPV6_UNICAST.wire()));

  private final int port = Loopback.freePort();
  private final Speaker speaker = Loopback.speaker(new RecordingSink());
  private long saidBefore;
  private int alike;

  @AfterEach
  void close() {
    speaker.close();
  }

  private PeerConfig patient(int host) {
    return peer(1, AS, host, AS, port)
        .withPassive(true)
        .withTiming(
            Loopback.TIMING.withSendHold(Duration.ofSeconds(2)).withHoldTime(Duration.ZERO));
  }

  private RawPeer call(int host) throws IOException {
    return call(host, IPV6);
  }

  private RawPeer call(int host, List<Capability> more) throws IOException {
    RawPeer peer = RawPeer.call(host, Loopback.address(1), port);
    peer.establish(host, AS, 0, more);
    return peer;
  }

  private PeerReport report(int host) {
    return speaker.report().peers().stream()
        .filter(it -> it.address().equals(Loopback.address(host)))
        .findFirst()
        .orElseThrow();
  }

  /// Something waits for the peer, and nothing has been said to it for a hundred looks.
  private boolean isBehind(int host) {
    PeerDetails details = report(host).details();
    boolean isSame = details.waiting() > 0 && details.sent().updates() == saidBefore;
    saidBefore = details.sent().updates();
    alike = isSame ? alike + 1 : 0;
    return alike > ENOUGH_ALIKE;
  }

  private static void hearAll(RawPeer peer, Family family) throws IOException {
    Optional<Family> last = Optional.empty();
    while (!last.equals(Optional.of(family))) {
      last = peer.hearUntil(Update.class).endOfRib();
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"reads on", "comes back"})
  void isForgottenOnceThePeerReads(String what) throws IOException {
    Set<Cidr> many = new HashSet<>();
    IntStream.range(0, 120_000)
        .forEach(i -> many.add(Cidr.host(IpAddress.ofIpv6(0x2001_0db8_0000_0000L, i))));
    speaker.start(config(1, AS, port, patient(2), patient(3)).withAnnounce(many));
    try (SendBuffers _ = SendBuffers.small();
        RawPeer slow = call(2)) {
      Loopback.await("it is behind", () -> isBehind(2));
      boolean isBack = what.equals("comes back");
      if (isBack) {
        slow.hangUp();
        Loopback.await("it is gone", () -> !report(2).isEstablished());
      }
      try (RawPeer now = isBack ? call(2, List.of()) : slow) { // and then there is nothing to read
        hearAll(now, isBack ? Family.IPV4_UNICAST : Family.IPV6_UNICAST);
        Instant since = report(2).since();

        try (RawPeer clock = call(3)) {
          Loopback.await("one that does not read is dropped", () -> !report(3).isEstablished());
          assertThat(report(3).reason()).contains("does not read");
          assertThat(clock).isNotNull();
        }

        assertThat(report(2).isEstablished()).isTrue();
        assertThat(report(2).since()).isEqualTo(since);
      }
    }
  }
}
