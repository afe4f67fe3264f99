// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.table.AttributeBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Peers that tell sets of communities without end, each unlike all others, and who has to go:
/// whoever holds the most memory, not whoever told last. An observer must not notice.
class AttributeFloodTest {

  private static final long AS = 64512;
  private static final int OBSERVER = 3;
  private static final int MEGA = 1 << 20;
  private static final int IN_A_WRITE = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Its attributes, prefix and numbers are those of one UPDATE.
  private static final int LENGTH = 19 + 2 + 2 + 4 + 3 + 7 + 7 + 11 + 5;

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final RecordingSink otherSink = new RecordingSink();
  private final Speaker speaker =
      Loopback.speaker(sink).within(new AttributeBudget(18 * MEGA, 12 * MEGA));
  private final Speaker other = Loopback.speaker(otherSink);
  private Instant since = Instant.EPOCH;

  @BeforeEach
  void connect() throws InterruptedException {
    speaker.start(
        Loopback.config(
                1,
                AS,
                port,
                peer(1, AS, OBSERVER, AS, port),
                peer(1, AS, 2, AS, port).withPassive(true),
                peer(1, AS, 4, AS, port).withPassive(true),
                peer(1, AS, 5, AS, port).withPassive(true))
            .withAnnounce(prefixes("10.1.0.0/26")));
    other.start(Loopback.config(OBSERVER, AS, port, peer(OBSERVER, AS, 1, AS, port)));
    otherSink.await(routes -> routes.keySet().equals(prefixes("10.1.0.0/26")));
    since = other.report().peers().getFirst().since();
  }

  @AfterEach
  void close() {
    assertThat(other.report().peers().getFirst().isEstablished()).isTrue();
    assertThat(other.report().peers().getFirst().since()).isEqualTo(since);
    speaker.close();
    other.close();
  }

  private RawPeer call(int host) throws IOException {
    RawPeer peer = RawPeer.call(host, Loopback.address(1), port);
    peer.establish(host, AS, 0);
    return peer;
  }

  private PeerReport report(int host) {
    return speaker.report().peers().stream()
        .filter(it -> it.address().equals(Loopback.address(host)))
        .findFirst()
        .orElseThrow();
  }

  /// One UPDATE: a host of 1`host`.0.0.0/8, with communities that are this set's alone.
  private static void write(ByteBuffer out, int host, int prefix, int set) {
    out.putLong(-1).putLong(-1).putShort((short) LENGTH).put((byte) 2);
    out.putShort((short) 0).putShort((short) (4 + 3 + 7 + 7 + 11));
    out.put(new byte[] {0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4});
    out.put(Loopback.address(host).bytes());
    out.put(new byte[] {0x40, 5, 4, 0, 0, 0, 100});
    out.put(new byte[] {(byte) 0xc0, 8, 8}).putInt(set).putInt(0x7fff_ffff);
    out.put((byte) 32).putInt(((10 + host) << 24) | prefix);
  }

  /// @param spread over how many prefixes
  /// @param first number of its sets
  private static void tell(RawPeer peer, int host, int from, int to, int spread, int first)
      throws IOException {
    ByteBuffer out = ByteBuffer.allocate(IN_A_WRITE * LENGTH);
    for (int i = from; i < to; i++) {
      write(out, host, i % spread, first + i);
      if (out.remaining() < LENGTH || i == to - 1) {
        peer.sayRaw(Arrays.copyOf(out.array(), out.position()));
        out.clear();
      }
    }
  }

  @Test
  void aMillionSetsAtOnceEndTheSessionOfWhoTellsThem() throws IOException {
    try (RawPeer hoarding = call(2)) {
      tellUntilHungUp(hoarding, 2, 1_000_000);
      Loopback.await("it has to go", PATIENCE, () -> !report(2).isEstablished());
    }
    assertThat(report(2).reason()).isEqualTo("attributes of its routes take more than 12 MB");
    assertThat(report(2).received()).isZero();
  }

  private static void tellUntilHungUp(RawPeer peer, int host, int count) {
    try {
      tell(peer, host, 0, count, count, 1);
    } catch (IOException e) {
      assertThat(e).hasMessageMatching(".*(Broken pipe|reset|aborted).*");
    }
  }

  @Test
  void aMillionSetsOneAfterTheOtherAreNothing() throws IOException {
    try (RawPeer churning = call(2)) {
      tell(churning, 2, 0, 1_000_000, 10_000, 1);
      tell(churning, 2, 20_000, 20_001, 30_000, 1); // the last word

      awaitReceived(2, 10_001);
      assertThat(report(2).isEstablished()).isTrue();
    }
  }

  /// It is not the one who tells the one too many.
  @Test
  void ofSeveralThoseWhoTellTheMostHaveToGo() throws IOException {
    try (RawPeer greatest = call(2);
        RawPeer modest = call(4);
        RawPeer last = call(5)) {
      tell(greatest, 2, 0, 180_000, 1_000_000, 1);
      awaitReceived(2, 180_000);
      tell(modest, 4, 0, 60_000, 1_000_000, 1_000_001);
      awaitReceived(4, 60_000);
      int told = 0;
      while (report(2).isEstablished() && told < 120_000) {
        tell(last, 5, told, told + IN_A_WRITE, 1_000_000, 2_000_001);
        told += IN_A_WRITE;
        int now = told;
        Loopback.await(
            "all is taken", PATIENCE, () -> report(5).received() == now || isDown(2) || isDown(5));
      }

      assertThat(report(2).reason())
          .isEqualTo(
              "attributes of all peers together take more than 18 MB, its own the most of them");
      assertThat(report(2).received()).isZero();
      assertThat(IntStream.of(4, 5).allMatch(host -> report(host).isEstablished())).isTrue();
      assertThat(report(4).received()).isEqualTo(60_000);
    }
  }

  private void awaitReceived(int host, int count) {
    Loopback.await(
        "all is taken", PATIENCE, () -> report(host).received() == count || isDown(host));
    assertThat(report(host).reason()).isEmpty();
  }

  private boolean isDown(int host) {
    return !report(host).isEstablished();
  }

  /// Two peers tell the same, one a little earlier: what the other goes on with is not the first
  /// one's for ever.
  @Test
  void whoTellsFirstWhatOthersTellTooIsNotToBlame() throws IOException {
    try (RawPeer first = call(2);
        RawPeer second = call(4)) {
      int sets = 90_000; // more than the arena keeps for those to come
      for (int round = 0; round < 6; round++) {
        int from = round * sets;
        tell(first, 2, from, from + sets, sets, 1);
        int marker = 100_000 + round;
        tell(first, 2, marker, marker + 1, 1_000_000, 1);
        awaitReceived(2, sets + round + 1);
        tell(second, 2, from, from + sets, sets, 1); // as if it were the first
        tell(second, 4, marker, marker + 1, 1_000_000, 1);
        awaitReceived(4, sets + round + 1);
      }

      assertThat(report(2).reason()).isEmpty();
      assertThat(report(2).isEstablished()).isTrue();
      assertThat(report(4).isEstablished()).isTrue();
    }
  }
}
