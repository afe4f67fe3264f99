// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.FlapAllowance;
import dev.brindle.bird.table.AttributeBudget;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One peer misbehaves as long as it can; another one, with a hold time that only a machine which
/// stands still outlasts, hears of every change and never loses its session. A peer that does not
/// read is in `SessionEndTest`.
class HostilePeerTest {

  private static final long AS = 64512;

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final RecordingSink otherSink = new RecordingSink();
  private final Speaker speaker =
      Loopback.speaker(sink).within(new AttributeBudget(16 << 20, 4 << 20));
  private final Speaker other = Loopback.speaker(otherSink);
  private Instant since = Instant.EPOCH;

  @BeforeEach
  void connect() throws InterruptedException {
    speaker.start(config("10.1.0.0/26"));
    PeerConfig toUs = peer(3, AS, 1, AS, port).withTiming(Loopback.TIMING.withHoldTime(seconds(9)));
    other.start(Loopback.config(3, AS, port, toUs));
    otherSink.await(routes -> routes.keySet().equals(prefixes("10.1.0.0/26")));
    since = other.report().peers().getFirst().since();
  }

  @AfterEach
  void close() {
    speaker.close();
    other.close();
  }

  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }

  private SpeakerConfig config(String announced) {
    PeerConfig hostile = peer(1, AS, 2, AS, port).withPassive(true);
    return Loopback.config(1, AS, port, hostile, peer(1, AS, 3, AS, port))
        .withAnnounce(prefixes(announced));
  }

  private void expectOthersToHear(String announced) throws InterruptedException {
    speaker.reconfigure(config(announced));
    otherSink.await(routes -> routes.keySet().equals(prefixes(announced)));
    assertThat(other.report().peers().getFirst().isEstablished()).isTrue();
    assertThat(other.report().peers().getFirst().since()).isEqualTo(since);
  }

  private RawPeer call() throws IOException {
    return RawPeer.call(2, Loopback.address(1), port);
  }

  private static Update announce() {
    Set<Cidr> many =
        IntStream.range(0, 100)
            .mapToObj(i -> Cidr.parse("10.2.%d.0/24".formatted(i)))
            .collect(Collectors.toSet());
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY)
            .with(NextHop.of(Loopback.address(2)))
            .with(new LocalPref(100));
    return Update.announce(attributes, List.copyOf(many));
  }

  @Test
  void aThousandCallsThatEndAtOnceAreNothing() throws IOException, InterruptedException {
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      try (RawPeer flapping = call()) {
        flapping.open(2, AS, 90);
      } catch (IOException e) {
        refused++; // which is as good an answer as any
      }
      if (i % 250 == 0) {
        expectOthersToHear("10.1.1.%d/32".formatted(i / 250));
      }
    }
    assertThat(refused).isLessThan(1000);
    expectOthersToHear("10.1.2.0/26");
  }

  /// After some its calls are refused: whoever comes is told everything, which is work.
  @Test
  void sessionsThatComeUpTellAndGoAreNothing() throws IOException, InterruptedException {
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      try (RawPeer flapping = call()) {
        flapping.establish(2, AS, 90);
        flapping.say(announce());
      } catch (IOException e) {
        refused++;
      }
      if (i % 50 == 0) {
        expectOthersToHear("10.1.1.%d/32".formatted(i / 50));
      }
      int flaps = i + 1 - refused;
      Loopback.await("it was up and is gone, " + flaps, () -> flaps() == flaps);
    }
    expectOthersToHear("10.1.2.0/26");
    assertThat(speaker.report().peers().getFirst().received()).isZero();
    assertThat(flaps()).isGreaterThanOrEqualTo(FlapAllowance.MOST);
  }

  private long flaps() {
    return speaker.report().peers().getFirst().details().flaps();
  }

  /// A hundred connections of one peer, all open, each with an OPEN and a KEEPALIVE.
  @Test
  void aStormOfCallsEndsInOneSession() throws IOException, InterruptedException {
    Deque<RawPeer> storm = new ArrayDeque<>();
    try {
      for (int i = 0; i < 100; i++) {
        storm.add(call());
      }
      for (RawPeer one : storm) {
        try {
          one.open(2, AS, 90);
          one.say(new Keepalive());
        } catch (IOException e) {
          // hung up on, as all but one will be
          assertThat(e).hasMessageMatching(".*(Broken pipe|reset|aborted).*");
        }
      }
      Loopback.await("one", () -> speaker.report().peers().getFirst().isEstablished());
      expectOthersToHear("10.1.1.0/26");
      Loopback.await(
          "and still one",
          () -> speaker.report().peers().stream().allMatch(PeerReport::isEstablished));
    } finally {
      for (RawPeer one : storm) {
        one.close();
      }
    }
    expectOthersToHear("10.1.2.0/26");
  }

  /// Each prefix with attributes of its own, as large as a message takes: what they need grows
  /// until it is more than one peer may have.
  @Test
  void attributesWithoutEndEndTheSession() throws IOException, InterruptedException {
    try (RawPeer hoarding = call()) {
      hoarding.establish(2, AS, 90);
      Thread saying = Thread.startVirtualThread(() -> hoard(hoarding));
      Notification last = hoarding.hearUntil(Notification.class);
      saying.interrupt();
      saying.join();

      assertThat(last.code()).isEqualTo(NotificationCode.CEASE);
      assertThat(last.subcode()).isEqualTo(NotificationCode.OUT_OF_RESOURCES);
    }
    assertThat(speaker.report().peers().getFirst().reason())
        .isEqualTo("attributes of its routes take more than 4 MB");
    assertThat(speaker.report().peers().getFirst().received()).isZero();
    expectOthersToHear("10.1.2.0/26");
  }

  /// Until it has said it all, or nobody takes it any more.
  private static void hoard(RawPeer peer) {
    try {
      for (int i = 0; i < 4_000 && !Thread.currentThread().isInterrupted(); i++) {
        peer.say(announceAlone(i));
      }
    } catch (IOException e) {
      Thread.currentThread().interrupt(); // the connection is over
    }
  }

  /// What goes again does not count, however much it was.
  @Test
  void attributesThatReplaceEachOtherAreNothing() throws IOException, InterruptedException {
    try (RawPeer churning = call()) {
      churning.establish(2, AS, 90);
      for (int i = 0; i < 4_000; i++) {
        churning.say(announceAlone((i % 100) + ((i / 100) << 16)));
      }
      churning.say(announce());

      sink.await(routes -> routes.containsKey(Cidr.parse("10.2.99.0/24")));
      assertThat(speaker.report().peers().getFirst().isEstablished()).isTrue();
    }
  }

  /// @param number the lower 16 bits are the prefix; all of them the attributes
  private static Update announceAlone(int number) {
    byte[] value = new byte[3_000];
    for (int i = 0; i < Integer.BYTES; i++) {
      value[i] = (byte) (number >> (Byte.SIZE * i));
    }
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY)
            .with(NextHop.of(Loopback.address(2)))
            .with(new LocalPref(100))
            .with(new PathAttribute.Unknown(99, Octets.copyOf(value)));
    Cidr prefix = Cidr.host(IpAddress.ofIpv4(0x0b00_0000L + (number & 0xffff)));
    return Update.announce(attributes, List.of(prefix));
  }

  /// An octet for each KEEPALIVE of ours, of which there is one a second.
  @Test
  void anOctetASecondIsSilence() throws IOException, InterruptedException {
    try (RawPeer dripping = call()) {
      dripping.establish(2, AS, 3);
      Message heard;
      do {
        dripping.sayRaw(new byte[] {-1});
        heard = dripping.hear();
      } while (!(heard instanceof Notification));

      assertThat(((Notification) heard).code()).isEqualTo(NotificationCode.HOLD_TIMER);
    }
    expectOthersToHear("10.1.2.0/26");
  }
}
