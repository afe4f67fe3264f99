// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Datagrams, as many as will go, for as long as it is open; none is expected to arrive.
final class Flood implements AutoCloseable {

  private final DatagramSocket server;
  private final DatagramSocket client;
  private final InetSocketAddress target;
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final AtomicInteger sent = new AtomicInteger();
  private final Thread thread;

  Flood(NetworkNamespace from, NetworkNamespace to, String address, int port) throws IOException {
    this.target = new InetSocketAddress(address, port);
    this.server = to.call(() -> new DatagramSocket(port));
    this.client = from.call(() -> new DatagramSocket(0));
    server.setSoTimeout(200);
    thread = Thread.ofPlatform().name("flood").start(this::run);
  }

  private void run() {
    while (!isOver.get()) {
      try {
        client.send(new DatagramPacket(new byte[1], 1, target));
        sent.incrementAndGet();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  int sent() {
    return sent.get();
  }

  /// How many are waiting at the other end.
  int arrived() throws IOException {
    int arrived = 0;
    try {
      while (true) {
        server.receive(new DatagramPacket(new byte[8], 8));
        arrived++;
      }
    } catch (SocketTimeoutException _) {
      return arrived;
    }
  }

  @Override
  public void close() {
    isOver.set(true);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    client.close();
    server.close();
  }
}
