// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Questions and answers, one after the other, for as long as it is open. Each is a connection of
/// its own, so each meets the rules.
final class Flow implements AutoCloseable {

  /// A packet that is not there by then has been dropped, however slow the machine is.
  private static final int PATIENCE_IN_MILLIS = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final DatagramSocket server;
  private final NetworkNamespace from;
  private final InetSocketAddress target;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final Semaphore answers = new Semaphore(0);
  private final AtomicInteger lost = new AtomicInteger();
  private final Thread thread;

  Flow(NetworkNamespace from, NetworkNamespace to, String address, int port) throws IOException {
    this.from = from;
    this.target = new InetSocketAddress(address, port);
    this.server = to.call(() -> new DatagramSocket(port));
    server.setSoTimeout(PATIENCE_IN_MILLIS);
    thread = Thread.ofPlatform().name("flow").start(this::run);
  }

  private void run() {
    while (!isOver.get()) {
      try (DatagramSocket client = from.call(() -> new DatagramSocket(0))) {
        client.setSoTimeout(PATIENCE_IN_MILLIS);
        client.send(new DatagramPacket(new byte[1], 1, target));
        DatagramPacket packet = new DatagramPacket(new byte[8], 8);
        server.receive(packet);
        server.send(packet);
        client.receive(packet);
        answers.release();
      } catch (SocketTimeoutException _) {
        lost.incrementAndGet();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Waits for so many from now on.
  void awaitAnswers(int count) throws InterruptedException {
    answers.drainPermits();
    assertThat(answers.tryAcquire(count, PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
        .as("%d more answers; %d got lost", count, lost())
        .isTrue();
  }

  int lost() {
    return lost.get();
  }

  @Override
  public void close() {
    isOver.set(true);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }
}
