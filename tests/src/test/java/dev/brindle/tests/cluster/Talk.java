// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Constant traffic from one pod to another, until it is closed: one TCP connection that asks and
/// is answered, a hundred datagrams a second, twenty new connections a second.
final class Talk implements AutoCloseable {

  private static final long ASK_NANOS = 10_000_000;
  private static final long CONNECT_NANOS = 50_000_000;
  private static final int PATIENCE_MILLIS = 10_000;

  /// For the last answers on their way.
  private static final int LAST_MILLIS = 2_000;

  private final NetworkNamespace from;
  private final InetSocketAddress to;
  private final SocketChannel lasting;
  private final DatagramChannel datagrams;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final BitSet answered = new BitSet();
  private volatile boolean isOver;
  private int sent;
  private int connections;
  private long longestNanos;

  private Talk(NetworkNamespace from, InetSocketAddress to) throws IOException {
    this.from = from;
    this.to = to;
    this.lasting = connect(to);
    this.datagrams = from.call(DatagramChannel::open);
    datagrams.connect(to);
  }

  /// @param from is closed with it
  static Talk begin(NetworkNamespace from, String address, int port) throws IOException {
    Talk talk = new Talk(from, new InetSocketAddress(InetAddress.ofLiteral(address), port));
    talk.go("asks", talk::ask);
    talk.go("sends", talk::send);
    talk.go("hears", talk::hear);
    talk.go("connects", talk::connectOften);
    return talk;
  }

  /// Part of what is done on a thread.
  private interface Part {
    void run() throws IOException;
  }

  private void go(String name, Part part) {
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .start(
                () -> {
                  try {
                    part.run();
                  } catch (IOException e) {
                    blame("%s: %s".formatted(name, e));
                  }
                }));
  }

  private synchronized void blame(String fault) {
    faults.add(fault);
  }

  private SocketChannel connect(InetSocketAddress there) throws IOException {
    SocketChannel channel = from.call(SocketChannel::open);
    channel.socket().connect(there, PATIENCE_MILLIS);
    channel.socket().setSoTimeout(PATIENCE_MILLIS);
    return channel;
  }

  private void ask() throws IOException {
    while (!isOver) {
      long begin = System.nanoTime();
      exchange(lasting);
      longestNanos = Math.max(longestNanos, System.nanoTime() - begin);
      LockSupport.parkNanos(ASK_NANOS);
    }
  }

  private static void exchange(SocketChannel channel) throws IOException {
    channel.socket().getOutputStream().write('?');
    if (channel.socket().getInputStream().read() != '?') {
      throw new IOException("another answer than what was asked");
    }
  }

  private void connectOften() throws IOException {
    while (!isOver) {
      try (SocketChannel channel = connect(to)) {
        exchange(channel);
        connections++;
      }
      LockSupport.parkNanos(CONNECT_NANOS);
    }
  }

  private void send() throws IOException {
    ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
    while (!isOver) {
      datagrams.write(number.clear().putInt(sent).flip());
      sent++;
      LockSupport.parkNanos(ASK_NANOS);
    }
  }

  private void hear() throws IOException {
    byte[] bytes = new byte[Integer.BYTES];
    var packet = new DatagramPacket(bytes, bytes.length);
    datagrams.socket().setSoTimeout(LAST_MILLIS);
    while (true) {
      try {
        datagrams.socket().receive(packet);
        answered.set(ByteBuffer.wrap(bytes).getInt());
      } catch (SocketTimeoutException _) {
        if (isOver) {
          return;
        }
      }
    }
  }

  /// What came of it.
  ///
  /// @param faults of connections; none if all went well
  /// @param sent datagrams
  /// @param lost datagrams that were not answered
  /// @param connections made meanwhile
  /// @param longestMillis that an answer took on the lasting connection
  record Report(List<String> faults, int sent, int lost, int connections, long longestMillis) {}

  Report end() throws IOException {
    close();
    return new Report(
        List.copyOf(faults),
        sent,
        sent - answered.cardinality(),
        connections,
        longestNanos / 1_000_000);
  }

  @Override
  public void close() throws IOException {
    isOver = true;
    threads.forEach(Talk::await);
    lasting.close();
    datagrams.close();
    from.close();
  }

  private static void await(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
