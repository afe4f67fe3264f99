// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A peer that says exactly what a test wants, on a blocking socket. It has no timers: what it is
/// not told to say it does not say.
final class RawPeer implements AutoCloseable {

  private static final int HEADER = 19;
  private static final int LENGTH_AT = 16;
  private static final int PATIENCE_MILLIS = (int) Loopback.PATIENCE.toMillis();

  private final Socket socket;
  private PeerTerms terms;
  private final DataInputStream in;

  private RawPeer(Socket socket, PeerTerms terms) throws IOException {
    this.socket = socket;
    this.terms = terms;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /// Calls from 127.0.0.`host`.
  static RawPeer call(int host, IpAddress speaker, int port) throws IOException {
    return call(host, speaker, port, PeerKind.INTERNAL);
  }

  /// @param kind of peer that the speaker is
  static RawPeer call(int host, IpAddress speaker, int port, PeerKind kind) throws IOException {
    return call(Loopback.address(host), speaker, port, kind);
  }

  static RawPeer call(IpAddress from, IpAddress speaker, int port, PeerKind kind)
      throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.bind(new InetSocketAddress(address(from), 0));
    socket.connect(new InetSocketAddress(address(speaker), port), PATIENCE_MILLIS);
    return new RawPeer(socket, PeerTerms.beforeOpen(kind));
  }

  /// Takes the next call.
  static RawPeer answer(ServerSocket listener, PeerKind kind) throws IOException {
    listener.setSoTimeout(PATIENCE_MILLIS);
    Socket socket = listener.accept();
    socket.setSoTimeout(PATIENCE_MILLIS);
    return new RawPeer(socket, PeerTerms.beforeOpen(kind));
  }

  private static InetAddress address(IpAddress address) throws IOException {
    return InetAddress.getByAddress(address.bytes());
  }

  /// As one that knows AS numbers of two octets.
  void knowsTwoOctets() {
    terms = terms.withFourOctetAs(false);
  }

  /// Until Established on both sides: OPEN and KEEPALIVE, both ways.
  void establish(int host, long as, int holdTime) throws IOException {
    open(host, as, holdTime);
    say(new Message.Keepalive());
    hearUntil(Message.Keepalive.class);
  }

  /// The same, offering more than IPv4 and four-octet AS numbers.
  void establish(int host, long as, int holdTime, List<Capability> more) throws IOException {
    open(host, as, holdTime, more);
    say(new Message.Keepalive());
    hearUntil(Message.Keepalive.class);
  }

  /// As one that has restarted, whose routes still hold.
  void establishRestarted(int host, long as, int holdTime) throws IOException {
    openRestarted(host, as, holdTime);
    say(new Message.Keepalive());
    hearUntil(Message.Keepalive.class);
  }

  /// Its OPEN alone.
  void openRestarted(int host, long as, int holdTime) throws IOException {
    Capability.RestartFamily kept = new Capability.RestartFamily(Family.IPV4_UNICAST.wire(), true);
    open(
        host, as, holdTime, List.of(new Capability.GracefulRestart(true, true, 60, List.of(kept))));
  }

  /// As one with add-path for IPv4, both ways.
  ///
  /// @param agreed what comes of it
  void establishAddPath(int host, long as, int holdTime, AddPathTerms agreed) throws IOException {
    open(
        host,
        as,
        holdTime,
        List.of(
            new Capability.AddPath(
                List.of(
                    new Capability.AddPathFamily(
                        Family.IPV4_UNICAST.wire(), Capability.AddPathFamily.BOTH)))));
    say(new Message.Keepalive());
    hearUntil(Message.Keepalive.class);
    terms = terms.withAddPath(agreed);
  }

  void open(int host, long as, int holdTime) throws IOException {
    open(host, as, holdTime, List.of());
  }

  void open(int host, long as, int holdTime, List<Capability> more) throws IOException {
    List<Capability> capabilities =
        new ArrayList<>(
            List.of(
                new Capability.Multiprotocol(Family.IPV4_UNICAST.wire()),
                new Capability.FourOctetAs(new AsNumber(as))));
    capabilities.addAll(more);
    say(new Message.Open(new AsNumber(as), holdTime, Loopback.address(host), capabilities));
  }

  void say(Message message) throws IOException {
    ByteBuf out = Unpooled.buffer();
    MessageCodec.encode(message, terms, out);
    socket.getOutputStream().write(out.array(), 0, out.readableBytes());
  }

  /// In one write, so that they come together.
  void sayTogether(Message... messages) throws IOException {
    ByteBuf out = Unpooled.buffer();
    for (Message message : messages) {
      MessageCodec.encode(message, terms, out);
    }
    socket.getOutputStream().write(out.array(), 0, out.readableBytes());
  }

  /// A message of which only the body is given, in hexadecimal digits.
  void sayUpdate(String hex) throws IOException {
    byte[] body = HexFormat.of().parseHex(hex.replace(" ", ""));
    ByteBuf out = Unpooled.buffer();
    out.writeLong(-1).writeLong(-1).writeShort(HEADER + body.length).writeByte(2).writeBytes(body);
    socket.getOutputStream().write(out.array(), 0, out.readableBytes());
  }

  /// The next message of this type; others are read and forgotten.
  <M extends Message> M hearUntil(Class<M> type) throws IOException {
    while (true) {
      Message message = hear();
      if (type.isInstance(message)) {
        return type.cast(message);
      }
    }
  }

  /// The next message.
  Message hear() throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length < HEADER) {
      throw new IOException("the speaker hung up");
    }
    int length = ((header[LENGTH_AT] & 0xff) << 8) | (header[LENGTH_AT + 1] & 0xff);
    ByteBuf frame = Unpooled.wrappedBuffer(header, in.readNBytes(length - HEADER));
    return switch (MessageCodec.decode(frame, terms)) {
      case Reading.Understood(var message) -> message;
      case Reading.Refused(_, var reason) -> throw new IOException("unreadable: " + reason);
    };
  }

  /// Whether there is more to hear already.
  boolean hasMore() throws IOException {
    return in.available() > 0;
  }

  /// Octets as they are.
  void sayRaw(byte[] octets) throws IOException {
    socket.getOutputStream().write(octets);
  }

  void setPatience(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  void resetPatience() throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /// Without a word.
  void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
