// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/// A pod that calls another one that it may not, again and again until it is closed.
final class Intruder implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 300;

  private final NetworkNamespace from;
  private final InetSocketAddress to;
  private final Thread thread;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();
  private volatile boolean isOver;

  private Intruder(NetworkNamespace from, InetSocketAddress to) {
    this.from = from;
    this.to = to;
    this.thread = Thread.ofPlatform().daemon().name("intruder").unstarted(this::run);
  }

  /// @param from is closed with it
  static Intruder begin(NetworkNamespace from, String address, int port) throws IOException {
    Intruder intruder =
        new Intruder(from, new InetSocketAddress(InetAddress.ofLiteral(address), port));
    intruder.thread.start();
    return intruder;
  }

  private void run() {
    while (!isOver) {
      try (SocketChannel channel = from.call(SocketChannel::open)) {
        channel.socket().connect(to, PATIENCE_MILLIS);
        answers.incrementAndGet();
      } catch (IOException _) {
        calls.incrementAndGet(); // as it should be
      }
    }
  }

  /// Not once was it let in.
  void assertKeptOut() {
    close();
    assertThat(calls.get()).as("calls without an answer").isPositive();
    assertThat(answers.get()).as("of %s calls", calls).isZero();
  }

  @Override
  public void close() {
    isOver = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    from.close();
  }
}
