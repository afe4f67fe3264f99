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
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Constant traffic from one pod to another, until it is closed: one TCP connection that asks and
/// is answered, a hundred datagrams a second, twenty new connections a second.
final class Talk implements AutoCloseable {

  private static final long ASK_NANOS = 10_000_000;
  private static final long CONNECT_NANOS = 50_000_000;
  private static final int PATIENCE_MILLIS = 10_000;

  /// A report names no more of them.
  private static final int MOST_OUTAGES = 10;

  /// For the last answers on their way.
  private static final int LAST_MILLIS = 2_000;

  private final NetworkNamespace from;
  private final NetworkNamespace server;
  private final InetSocketAddress to;
  private final long overflowsBefore;
  private final SocketChannel lasting;
  private final DatagramChannel datagrams;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final BitSet answered = new BitSet();
  private final List<Long> sentAfterMillis = new ArrayList<>();
  private final Instant begun = Instant.now();
  private final long begin = System.nanoTime();
  private volatile boolean isOver;
  private int connections;
  private long longestNanos;

  private Talk(NetworkNamespace from, NetworkNamespace server, InetSocketAddress to)
      throws IOException {
    this.from = from;
    this.server = server;
    this.to = to;
    this.overflowsBefore = overflows();
    this.lasting = connect(to);
    this.datagrams = from.call(DatagramChannel::open);
    datagrams.connect(to);
  }

  /// @param from is closed with it
  /// @param server has the address; is closed with it
  static Talk begin(NetworkNamespace from, NetworkNamespace server, String address, int port)
      throws IOException {
    Talk talk = new Talk(from, server, new InetSocketAddress(InetAddress.ofLiteral(address), port));
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
                    blame("%s, after %d ms: %s".formatted(name, sinceBegin(), e));
                  }
                }));
  }

  private long sinceBegin() {
    return (System.nanoTime() - begin) / 1_000_000;
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
      long asked = System.nanoTime();
      exchange(lasting);
      longestNanos = Math.max(longestNanos, System.nanoTime() - asked);
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
      number.clear().putInt(sentAfterMillis.size()).flip();
      sentAfterMillis.add(sinceBegin());
      datagrams.write(number);
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

  /// The network delivered them, and the process they are for read too slowly.
  private long overflows() {
    long here = UdpCounters.in(from).receiveBufferErrors();
    return from.inode() == server.inode()
        ? here
        : here + UdpCounters.in(server).receiveBufferErrors();
  }

  /// Datagrams in a row of which none was answered.
  ///
  /// @param afterMillis when the first of them was sent, after the begin
  record Outage(long afterMillis, int datagrams) {}

  /// What came of it.
  ///
  /// @param begun by the clock of the logs
  /// @param faults of connections; none if all went well
  /// @param sent datagrams
  /// @param unanswered datagrams
  /// @param overflows of them: they or their answers came, and found no room in the buffer of the
  ///     socket
  /// @param longest of the outages, in the order of their time
  /// @param connections made meanwhile
  /// @param longestMillis that an answer took on the lasting connection
  record Report(
      Instant begun,
      List<String> faults,
      int sent,
      int unanswered,
      long overflows,
      List<Outage> longest,
      int connections,
      long longestMillis) {

    /// Datagrams that the network lost.
    long lost() {
      return unanswered - overflows;
    }
  }

  Report end() throws IOException {
    endTraffic();
    long overflows = overflows() - overflowsBefore;
    close();
    int sent = sentAfterMillis.size();
    return new Report(
        begun,
        List.copyOf(faults),
        sent,
        sent - answered.cardinality(),
        overflows,
        longestOutages(),
        connections,
        longestNanos / 1_000_000);
  }

  private List<Outage> longestOutages() {
    List<Outage> outages = new ArrayList<>();
    int sent = sentAfterMillis.size();
    for (int first = answered.nextClearBit(0); first < sent; ) {
      int next = answered.nextSetBit(first);
      int end = next < 0 ? sent : next;
      outages.add(new Outage(sentAfterMillis.get(first), end - first));
      first = answered.nextClearBit(end);
    }
    return outages.stream()
        .sorted(Comparator.comparingInt(Outage::datagrams).reversed())
        .limit(MOST_OUTAGES)
        .sorted(Comparator.comparingLong(Outage::afterMillis))
        .toList();
  }

  private void endTraffic() {
    isOver = true;
    threads.forEach(Talk::await);
  }

  @Override
  public void close() throws IOException {
    endTraffic();
    lasting.close();
    datagrams.close();
    from.close();
    server.close();
  }

  private static void await(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
