// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Datagrams to one place, each from a port that nobody has used before: a policy judges the first
/// packet of a flow, so that a datagram of an established one would pass whatever the policy says.
final class FreshFlows implements AutoCloseable {

  /// How many may wait for their answer; older ones are given up.
  private static final int MOST_OPEN = 200;

  /// Below the ports that the kernel gives to sockets by itself.
  private static final int FIRST_PORT = 10_000;

  private static final int LAST_PORT = 32_767;

  private final InetSocketAddress target;
  private final Selector selector;

  private final Deque<Sent> open = new ArrayDeque<>();
  private final List<Instant> sendTimes = new ArrayList<>();
  private int lastAnswered = -1;

  private FreshFlows(InetSocketAddress target, Selector selector) {
    this.target = target;
    this.selector = selector;
  }

  private record Sent(int number, DatagramChannel channel) {}

  /// To be used by one thread, inside the namespace of the sender.
  static FreshFlows to(InetSocketAddress target) throws IOException {
    return new FreshFlows(target, Selector.open());
  }

  /// Whether there is a fresh port left.
  boolean hasMore() {
    return FIRST_PORT + sendTimes.size() <= LAST_PORT;
  }

  void send() throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(
            target.getAddress() instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6);
    channel.configureBlocking(false);
    channel.bind(new InetSocketAddress(FIRST_PORT + sendTimes.size()));
    channel.connect(target);
    Sent sent = new Sent(sendTimes.size(), channel);
    channel.register(selector, SelectionKey.OP_READ, sent);
    open.addLast(sent);
    sendTimes.add(Instant.now());
    channel.write(ByteBuffer.allocate(1));
    if (open.size() > MOST_OPEN) {
      open.removeFirst().channel().close();
    }
  }

  /// Takes the answers that have come.
  void collect() throws IOException {
    selector.selectNow();
    for (SelectionKey key : selector.selectedKeys()) {
      Sent sent = (Sent) key.attachment();
      if (isAnswered(sent.channel())) {
        lastAnswered = Math.max(lastAnswered, sent.number());
      }
      sent.channel().close();
      open.remove(sent);
    }
    selector.selectedKeys().clear();
  }

  private static boolean isAnswered(DatagramChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(1)) > 0;
    } catch (IOException _) {
      return false; // an ICMP error: nobody listens, or it was refused with words
    }
  }

  /// When the first datagram after the last answered one was sent; empty before any was answered.
  Optional<Instant> firstAfterAnswers() {
    return lastAnswered >= 0 && lastAnswered + 1 < sendTimes.size()
        ? Optional.of(sendTimes.get(lastAnswered + 1))
        : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    for (Sent sent : open) {
      sent.channel().close();
    }
    selector.close();
  }
}
