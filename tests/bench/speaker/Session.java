// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// One neighbour's connection: says what it is to say, and notes what it hears.
final class Session {

  private final Point.Neighbor neighbor;
  private final Optional<Belief> belief;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Deque<ByteBuffer> out = new ArrayDeque<>();
  private final ByteBuffer in = ByteBuffer.allocate(1 << 18);
  private boolean isUp;

  Session(Point.Neighbor neighbor, Optional<Belief> belief, InetSocketAddress speaker, Selector selector)
      throws IOException {
    this.neighbor = neighbor;
    this.belief = belief;
    channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(new InetSocketAddress(neighbor.address(), 0));
    key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    channel.connect(speaker);
  }

  boolean isUp() {
    return isUp;
  }

  Point.Neighbor neighbor() {
    return neighbor;
  }

  void close() throws IOException {
    channel.close();
  }

  void say(ByteBuffer octets) throws IOException {
    out.add(octets);
    write();
  }

  void ready() throws IOException {
    if (key.isConnectable() && channel.finishConnect()) {
      key.interestOps(SelectionKey.OP_READ);
      say(ByteBuffer.wrap(Tables.open(neighbor)));
    }
    if (key.isWritable()) {
      write();
    }
    if (key.isReadable()) {
      read();
    }
  }

  private void write() throws IOException {
    while (!out.isEmpty()) {
      channel.write(out.peek());
      if (out.peek().hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
      out.remove();
    }
    key.interestOps(SelectionKey.OP_READ);
  }

  private void read() throws IOException {
    if (channel.read(in) < 0) {
      throw new IOException(neighbor.address() + ": the speaker closed the connection");
    }
    in.flip();
    while (in.remaining() >= 19) {
      int length = in.getShort(in.position() + 16) & 0xffff;
      if (in.remaining() < length) {
        break;
      }
      ByteBuffer body = in.slice(in.position() + 19, length - 19);
      int type = in.get(in.position() + 18);
      in.position(in.position() + length);
      heard(type, body);
    }
    in.compact();
  }

  private void heard(int type, ByteBuffer body) throws IOException {
    switch (type) {
      case 1 -> say(ByteBuffer.wrap(Tables.keepalive()));
      case 2 -> belief.ifPresent(it -> it.update(body));
      case 3 -> throw new IOException(
          "%s: NOTIFICATION %d/%d".formatted(neighbor.address(), body.get(0), body.get(1)));
      case 4 -> isUp = true;
      default -> {}
    }
  }
}
