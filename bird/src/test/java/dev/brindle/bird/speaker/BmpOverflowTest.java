// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bmp.BmpTarget;
import dev.brindle.bird.bmp.BmpView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A station that does not read loses its connection, and nobody else anything.
class BmpOverflowTest {

  private static final long AS = 64512;
  private static final int PATIENCE_MILLIS = 60_000;

  /// Of nearly 4 KB each: more than may wait, and what the kernel takes besides.
  private static final int UPDATES = 20_000;

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @AfterEach
  void close() {
    speaker.close();
  }

  /// With an optional attribute that nobody knows.
  private static String update() {
    String unknown = "d0ff" + "%04x".formatted(3_900) + "00".repeat(3_900);
    String known = "40010100" + "400200" + "4003047f000002" + "40050400000064";
    String attributes = known + unknown;
    return "0000" + "%04x".formatted(attributes.length() / 2) + attributes + "180a0200";
  }

  @Test
  void aStationThatDoesNotReadIsLeftAndCalledAgain() throws IOException, InterruptedException {
    try (ServerSocket deaf = new ServerSocket()) {
      deaf.setReceiveBufferSize(4_096);
      deaf.setSoTimeout(PATIENCE_MILLIS);
      deaf.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
      BmpTarget target =
          new BmpTarget(
              IpAddress.parse("127.0.0.1"),
              deaf.getLocalPort(),
              Set.of(BmpView.PRE_POLICY),
              Duration.ZERO);
      speaker.start(
          config(1, AS, port, peer(1, AS, 2, AS, port).withPassive(true)).withBmp(List.of(target)));
      try (Socket first = deaf.accept();
          RawPeer talker = RawPeer.call(2, Loopback.address(1), port)) {
        talker.establish(2, AS, 0);
        String update = update();
        for (int i = 0; i < UPDATES; i++) {
          talker.sayUpdate(update);
        }
        sink.await(routes -> routes.containsKey(Cidr.parse("10.2.0.0/24")));

        try (Socket second = deaf.accept()) {
          assertThat(second.isConnected()).isTrue();
          assertThat(first.isConnected()).isTrue();
        }
        assertThat(speaker.report().peers())
            .singleElement()
            .matches(PeerReport::isEstablished)
            .matches(it -> it.details().flaps() == 0);
      }
    }
  }
}
