// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A peer that resets our calls as soon as they are there: before, while or after we look at them.
class HangUpTest {

  private static final long AS = 64512;
  private static final int CALLS = 4;

  @Test
  void isAFailedAttemptAndNoFailureOfOurs() throws Exception {
    int port = Loopback.freePort();
    CountDownLatch reset = new CountDownLatch(CALLS);
    try (ServerSocket rude =
            new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
        Speaker speaker = Loopback.speaker(new RecordingSink())) {
      Thread.startVirtualThread(() -> reset(rude, reset));

      speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port)));

      assertThat(reset.await(30, TimeUnit.SECONDS)).isTrue(); // it goes on calling
      assertThat(speaker.report().peers().getFirst().reason())
          .isNotEmpty()
          .doesNotContain("we failed");
    }
  }

  private static void reset(ServerSocket rude, CountDownLatch reset) {
    while (!rude.isClosed()) {
      try (Socket call = rude.accept()) {
        call.setSoLinger(true, 0);
      } catch (IOException e) {
        return; // it is over
      }
      reset.countDown();
    }
  }
}
