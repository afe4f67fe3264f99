// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A peer that resets our call as soon as it is there.
class HangUpTest {

  private static final long AS = 64512;
  private static final long UNTIL_WE_HEAR_NANOS = 300_000_000;

  @Test
  void isAFailedAttemptAndNoFailureOfOurs() throws IOException {
    int port = Loopback.freePort();
    AtomicInteger looks = new AtomicInteger();
    try (ServerSocket rude =
        new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
      // Node_2 is called, then Node_3 is made, which looks at the clock on the speaker's thread: it
      // waits there until the call of Node_2 is over
      Speaker speaker =
          new Speaker(
              new RecordingSink(),
              () -> {
                if (looks.incrementAndGet() == 3) {
                  reset(rude);
                }
                return Instant.now();
              },
              new Random(7));
      try (speaker) {
        speaker.start(config(1, AS, port, peer(1, AS, 2, AS, port), peer(1, AS, 3, AS, port)));
        Loopback.await("an outcome", () -> !speaker.report().peers().getFirst().reason().isEmpty());

        assertThat(looks.get()).isGreaterThan(2);
        assertThat(speaker.report().peers().getFirst().reason())
            .isEqualTo("peer closed the connection at once");
      }
    }
  }

  private static void reset(ServerSocket rude) {
    try (Socket call = rude.accept()) {
      call.setSoLinger(true, 0);
      pause(); // our end of the connection is made
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pause(); // and lost
  }

  /// What the I/O loop has seen nobody tells us.
  private static void pause() {
    long end = System.nanoTime() + UNTIL_WE_HEAR_NANOS;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
