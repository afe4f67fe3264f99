// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.table.FuzzCorpus;
import dev.brindle.bird.table.FuzzSeed;
import dev.brindle.bird.table.Mutator;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Peers that say anything in any state, while others are told what they should be.
/// `-Dfuzz.seconds=1200` makes it longer for each kind of peer, `-Dfuzz.seed=N` repeats a run.
@Timeout(value = 1, unit = TimeUnit.DAYS) // as long as fuzz.seconds says
class StatefulFuzzTest {

  private static final int ROUNDS = 300;
  private static final int ROUNDS_BETWEEN_CHECKS = 20;
  private static final int MARKER = 16;

  private final long seed = FuzzSeed.seed();
  private final Random random = new Random(seed);
  private final Mutator mutator = new Mutator(random);
  private final List<byte[]> corpus = FuzzCorpus.messages();

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void nobodyElseNotices(PeerKind kind) throws IOException {
    long end =
        System.nanoTime() + Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 0)).toNanos();
    do {
      nobodyElseNoticesFor(ROUNDS, kind);
    } while (System.nanoTime() < end);
  }

  private void nobodyElseNoticesFor(int rounds, PeerKind kind) throws IOException {
    try (Provocation among = Provocation.by(kind)) {
      healthyPeersAreHeard(among); // so the observer is up
      Instant since = observer(among).since();
      for (int round = 0; round < rounds; round++) {
        talk(among);
        if (round % ROUNDS_BETWEEN_CHECKS == 0) {
          healthyPeersAreHeard(among);
        }
      }
      assertThat(observer(among).isEstablished()).as("seed %d", seed).isTrue();
      assertThat(observer(among).since()).as("seed %d", seed).isEqualTo(since);
    }
  }

  private void healthyPeersAreHeard(Provocation among) throws IOException {
    try (Provocation.Odd healthy = among.new Odd()) {
      healthy.say(Provocation.announcement(among.attributes(0), healthy.prefix('a')));
      assertThat(healthy.fate()).as("seed %d", seed).isEqualTo(among.told(0));
    }
  }

  private static PeerReport observer(Provocation among) {
    return among.speaker().report().peers().stream()
        .filter(it -> it.address().equals(Loopback.address(Provocation.OBSERVER)))
        .findFirst()
        .orElseThrow();
  }

  /// Up to ten messages in one of three states, and then no more.
  private void talk(Provocation among) throws IOException {
    int host = among.fresh();
    try (OctetPeer peer = among.call(host)) {
      int state = random.nextInt(3);
      if (state > 0) {
        peer.say(OctetPeer.message(OctetPeer.OPEN, among.open(host)));
      }
      if (state > 1) {
        peer.say(OctetPeer.message(OctetPeer.KEEPALIVE, ""));
        peer.hearUntil(OctetPeer.KEEPALIVE);
      }
      for (int left = 1 + random.nextInt(10); left > 0; left--) {
        peer.say(HexFormat.of().formatHex(message()));
      }
      if (random.nextBoolean()) {
        peer.hangUp();
        peer.ending();
      }
    } catch (IOException e) {
      // the speaker has hung up while we talked: that is its right
      assertThat(e).hasMessageMatching(".*(Broken pipe|reset|hung up|says|aborted).*");
    }
  }

  private byte[] message() {
    byte[] message = mutator.mutated(corpus, MARKER);
    if (message.length > MARKER + 1 && random.nextInt(10) != 0) {
      message[MARKER] = (byte) (message.length >>> Byte.SIZE);
      message[MARKER + 1] = (byte) message.length;
    }
    return message;
  }
}
