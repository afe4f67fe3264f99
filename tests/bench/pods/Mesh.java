// SPDX-License-Identifier: Apache-2.0

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// `Mesh AS SPEAKER ADDRESS=BLOCK,BLOCK...`: the other nodes of a mesh, as one process. Each takes calls on its address; those
/// whose address is the greater text call the speaker, who waits for them as Calico's do. Each tells its blocks and says that it
/// lives every 30 s.
final class Mesh {

  private static final int MARKER = 16;
  private static final int HEADER = MARKER + 3;
  private static final int PORT = 179;
  private static final long PAUSE_MILLIS = 500;
  private static final short HOLD_TIME = 90;
  private static final long KEEPALIVE_NANOS = 30_000_000_000L;

  private final int as;
  private final String speaker;
  private final Selector selector = Selector.open();
  private final List<Node> callers = new ArrayList<>();
  private final List<Talk> talks = new ArrayList<>();
  private long nextCalls = System.nanoTime();

  private Mesh(int as, String speaker) throws IOException {
    this.as = as;
    this.speaker = speaker;
  }

  public static void main(String[] args) throws IOException {
    var mesh = new Mesh(Integer.parseInt(args[0]), args[1]);
    for (String each : List.of(args).subList(2, args.length)) {
      int equals = each.indexOf('=');
      mesh.join(new Node(each.substring(0, equals), each.substring(equals + 1).split(",")));
    }
    System.out.println("listening");
    mesh.run();
  }

  private record Node(String address, String[] blocks) {}

  private void join(Node node) throws IOException {
    if (node.address().compareTo(speaker) > 0) {
      callers.add(node);
      return;
    }
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(node.address(), PORT));
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT, node);
  }

  /// Whoever has no session yet.
  private void call() throws IOException {
    for (Node node : callers) {
      if (talks.stream().noneMatch(talk -> talk.node == node)) {
        SocketChannel channel = SocketChannel.open();
        try {
          channel.bind(new InetSocketAddress(node.address(), 0));
          channel.connect(new InetSocketAddress(speaker, PORT));
          talks.add(new Talk(node, channel));
        } catch (IOException _) {
          channel.close(); // nobody there yet
          return;
        }
      }
    }
  }

  private void run() throws IOException {
    while (true) {
      selector.select(PAUSE_MILLIS);
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.attachment() instanceof Node node) {
          talks.add(new Talk(node, ((ServerSocketChannel) key.channel()).accept()));
        } else {
          Talk talk = (Talk) key.attachment();
          try {
            talk.read();
          } catch (IOException e) {
            System.err.println("%s: %s".formatted(talk.node.address(), e));
            talk.channel.close(); // the daemon was ended
          }
        }
      }
      selector.selectedKeys().clear();
      talks.removeIf(talk -> !talk.channel.isOpen());
      if (System.nanoTime() - nextCalls >= 0) {
        nextCalls = System.nanoTime() + 1_000_000 * PAUSE_MILLIS;
        call();
      }
      for (Talk talk : talks) {
        talk.keepAlive();
      }
    }
  }

  private final class Talk {

    private final Node node;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16);
    private boolean isUp;
    private long nextKeepalive;

    Talk(Node node, SocketChannel channel) throws IOException {
      this.node = node;
      this.channel = channel;
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      say(open());
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    private void say(byte[] message) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(message);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    void read() throws IOException {
      if (channel.read(in) < 0) {
        channel.close();
        return;
      }
      in.flip();
      while (in.remaining() >= HEADER && in.remaining() >= in.getShort(in.position() + MARKER)) {
        int type = in.get(in.position() + HEADER - 1);
        in.position(in.position() + in.getShort(in.position() + MARKER));
        if (type == 1) {
          say(message(4, new byte[0]));
        } else if (type == 4 && !isUp) {
          isUp = true;
          say(update());
          say(message(2, new byte[4]));
          nextKeepalive = System.nanoTime() + KEEPALIVE_NANOS;
        }
      }
      in.compact();
    }

    void keepAlive() throws IOException {
      if (isUp && System.nanoTime() - nextKeepalive >= 0) {
        nextKeepalive += KEEPALIVE_NANOS;
        say(message(4, new byte[0]));
      }
    }

    private byte[] open() {
      ByteBuffer open = ByteBuffer.allocate(24);
      open.put((byte) 4).putShort((short) as).putShort(HOLD_TIME).put(octets(node.address()));
      open.put((byte) 14).put(new byte[] {2, 12, 1, 4, 0, 1, 0, 1, 65, 4}).putInt(as);
      return message(1, open.array());
    }

    private byte[] update() {
      byte[] attributes = {0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 0, 0, 0, 0, 0x40, 5, 4, 0, 0, 0, 100};
      System.arraycopy(octets(node.address()), 0, attributes, 10, 4);
      ByteBuffer body = ByteBuffer.allocate(4 + attributes.length + 5 * node.blocks().length);
      body.putShort((short) 0).putShort((short) attributes.length).put(attributes);
      for (String block : node.blocks()) {
        body.put(Byte.parseByte(block.substring(block.indexOf('/') + 1)));
        body.put(octets(block.substring(0, block.indexOf('/'))));
      }
      return message(2, body.array());
    }
  }

  private static byte[] message(int type, byte[] body) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < MARKER; i++) {
      out.write(0xff);
    }
    out.write((HEADER + body.length) >>> 8);
    out.write(HEADER + body.length);
    out.write(type);
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static byte[] octets(String address) {
    String[] parts = address.split("\\.");
    byte[] octets = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      octets[i] = (byte) Integer.parseInt(parts[i]);
    }
    return octets;
  }
}
