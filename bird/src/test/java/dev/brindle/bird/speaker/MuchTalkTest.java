// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A connection on which much is said goes to another thread, in the middle of it: nothing is lost,
/// said twice, or left unsaid, also if the peer has not read for a while.
class MuchTalkTest {

  private static final long AS = 64512;

  /// More than the kernels on both sides hold before anybody reads.
  private static final int OURS = 1 << 19;

  private static final int THEIRS = 20_000;
  private static final int PER_UPDATE = 500;
  private static final PathAttributes ATTRIBUTES =
      PathAttributes.of(
          new Origin(Origin.Source.IGP),
          AsPath.EMPTY,
          NextHop.of(Loopback.address(2)),
          new LocalPref(100));

  @Test
  void allOfItArrives() throws IOException {
    int port = Loopback.freePort();
    Set<Cidr> announced =
        IntStream.range(0, OURS).mapToObj(MuchTalkTest::ours).collect(Collectors.toSet());
    PeerConfig talker = peer(1, AS, 2, AS, port).withPassive(true);
    try (Speaker speaker = Loopback.speaker(new RecordingSink())) {
      speaker.start(Loopback.config(1, AS, port, talker).withAnnounce(announced));
      try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
        peer.establish(2, AS, 0); // no time is measured
        for (int from = 0; from < THEIRS; from += PER_UPDATE) {
          peer.say(
              Update.announce(
                  ATTRIBUTES,
                  IntStream.range(from, from + PER_UPDATE)
                      .mapToObj(MuchTalkTest::theirs)
                      .toList()));
        }
        Loopback.await("theirs", () -> received(speaker) == THEIRS);

        BitSet heard = new BitSet();
        while (heard.cardinality() < OURS) {
          for (Cidr prefix : prefixes(peer.hearUntil(Update.class))) {
            int number = (int) prefix.address().low() - (10 << 24);
            assertThat(heard.get(number)).isFalse();
            heard.set(number);
          }
        }
        assertThat(speaker.report().peers().getFirst().isEstablished()).isTrue();
      }
    }
  }

  private static List<Cidr> prefixes(Update update) {
    return update.announced().stream().flatMap(it -> it.prefixes().stream()).toList();
  }

  private static int received(Speaker speaker) {
    return speaker.report().peers().getFirst().received();
  }

  private static Cidr ours(int number) {
    return new Cidr(IpAddress.ofIpv4((10L << 24) + number), 32);
  }

  private static Cidr theirs(int number) {
    return new Cidr(IpAddress.ofIpv4((11L << 24) + number), 32);
  }
}
