// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The last word reaches the peer: without it our end looks like a restart, and our routes stay.
class GoodbyeTest {

  private static final long AS = 64512;

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @AfterEach
  void close() {
    speaker.close();
  }

  private void start(Set<Cidr> announced) {
    speaker.start(
        config(1, AS, port, peer(1, AS, 2, AS, port).withPassive(true)).withAnnounce(announced));
  }

  private RawPeer call() throws IOException {
    return RawPeer.call(2, Loopback.address(1), port);
  }

  /// More than the peer's receive buffer holds, so that what we say last waits in our kernel.
  private static Set<Cidr> many() {
    Set<Cidr> many = new HashSet<>();
    IntStream.range(0, 50_000).forEach(i -> many.add(Cidr.host(IpAddress.ofIpv4(0x0a000000L + i))));
    return many;
  }

  private static Update announce() {
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY)
            .with(NextHop.of(Loopback.address(2)))
            .with(new LocalPref(100));
    return Update.announce(attributes, List.copyOf(prefixes("10.2.0.0/26")));
  }

  /// Says it again and again, until nobody takes it.
  private static Thread talk(RawPeer peer) {
    return Thread.startVirtualThread(
        () -> {
          try {
            while (!Thread.currentThread().isInterrupted()) {
              peer.say(announce());
            }
          } catch (IOException e) {
            Thread.currentThread().interrupt(); // the connection is over
          }
        });
  }

  @RepeatedTest(100)
  void whoStopsSaysSo() throws IOException, InterruptedException {
    start(prefixes("10.1.0.0/26"));
    try (RawPeer peer = call()) {
      peer.establish(2, AS, 9);
      Thread stopping = Thread.startVirtualThread(speaker::close);

      Notification last = peer.hearUntil(Notification.class);

      assertThat(last.code()).isEqualTo(NotificationCode.CEASE);
      assertThat(last.subcode()).isEqualTo(NotificationCode.SHUTDOWN);
      peer.hangUp();
      stopping.join();
    }
  }

  @ParameterizedTest(name = "speaker stops: {0}")
  @CsvSource({"true", "false"})
  void aPeerThatTalksAllTheTimeAndReadsLateHearsTheLastWord(boolean stops)
      throws IOException, InterruptedException {
    start(many());
    try (RawPeer peer = call()) {
      peer.establish(2, AS, 9);
      Thread talking = talk(peer);
      sink.await(routes -> routes.size() == 1);

      Thread ending =
          Thread.startVirtualThread(
              stops ? speaker::close : () -> speaker.reconfigure(config(1, AS, port)));
      sink.await(routes -> routes.isEmpty()); // now the session is over for us
      Notification last = peer.hearUntil(Notification.class);

      assertThat(last.code()).isEqualTo(NotificationCode.CEASE);
      talking.interrupt();
      talking.join();
      peer.hangUp();
      ending.join();
    }
  }

  @Test
  void aPeerThatDoesNotListenHoldsUpNoStop() throws IOException {
    start(many());
    try (RawPeer deaf = call()) {
      deaf.establish(2, AS, 9);
      speaker.report(); // comes after what is to be done before

      // whoever waits for it waits until the test is ended
      assertThatCode(speaker::close).doesNotThrowAnyException();
    }
  }

  @Test
  void aConnectionWhosePeerStaysAfterTheLastWordIsClosed() throws IOException {
    start(prefixes("10.1.0.0/26"));
    try (RawPeer stubborn = call()) {
      stubborn.establish(2, AS, 9);

      speaker.reconfigure(config(1, AS, port));
      stubborn.hearUntil(Notification.class);

      assertThatThrownBy(stubborn::hear).hasMessageContaining("hung up"); // our half
      assertThatThrownBy(
              () -> {
                while (true) {
                  stubborn.say(announce());
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void whoLeavesForARestartSaysNothing() throws IOException {
    start(prefixes("10.1.0.0/26"));
    try (RawPeer peer = call()) {
      peer.establish(2, AS, 9);

      speaker.leave();

      assertThatThrownBy(() -> peer.hearUntil(Notification.class)).isInstanceOf(IOException.class);
    }
  }
}
