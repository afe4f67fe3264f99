// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A monitoring station written after RFC 7854, 8671 and 9069, with nothing of our own code. Each
/// message becomes a line:
///
/// ```
/// up 127.0.0.2 AS 64602 port 179/40000 OPENHEX OPENHEX
/// pre 127.0.0.2 +10.2.0.0/26 path 64602 7
/// ```
final class BmpStation implements AutoCloseable {

  private static final HexFormat HEX = HexFormat.of();

  private final ServerSocket listener;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  BmpStation() throws IOException {
    listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::listen);
  }

  int port() {
    return listener.getLocalPort();
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  /// Lines that begin so.
  List<String> lines(String beginning) {
    return lines.stream().filter(it -> it.startsWith(beginning)).toList();
  }

  /// Hangs up, and forgets what it heard.
  void hangUp() throws IOException {
    synchronized (lines) {
      for (Socket socket : sockets) {
        socket.close(); // whoever reads from it takes it off the list
      }
      lines.clear();
    }
  }

  /// Unless we have hung up since it was read.
  private void add(String line, Socket from) {
    synchronized (lines) {
      if (!from.isClosed()) {
        lines.add(line);
      }
    }
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> read(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void read(Socket socket) {
    try {
      socket
          .getOutputStream()
          .write("what we say is of no interest".getBytes(StandardCharsets.UTF_8));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int version = in.readUnsignedByte();
        int length = in.readInt();
        int type = in.readUnsignedByte();
        byte[] body = in.readNBytes(length - 6);
        if (body.length < length - 6) {
          return;
        }
        add(version == 3 ? line(type, ByteBuffer.wrap(body)) : "version " + version, socket);
      }
    } catch (IOException e) {
      sockets.remove(socket);
    }
  }

  private static String line(int type, ByteBuffer in) {
    if (type == 4) {
      return "initiation " + tlvs(in);
    }
    if (type == 5) {
      return "termination " + in.getShort(4);
    }
    int kind = in.get();
    int flags = in.get() & 0xff;
    in.getLong();
    String address = address(in, kind == 0 && (flags & 0x80) != 0);
    long as = Integer.toUnsignedLong(in.getInt());
    String identifier = address4(in);
    long seconds = Integer.toUnsignedLong(in.getInt());
    in.getInt();
    String peer = "%s%s AS %d %s".formatted(kind == 3 ? "local " : "", address, as, identifier);
    if (seconds == 0) {
      return "no time: " + peer;
    }
    return switch (type) {
      case 0 -> routes(kind, flags, address, in);
      case 1 -> "stats %s %s".formatted(peer, stats(in));
      case 2 -> "down %s reason %d %s".formatted(peer, in.get(), rest(in));
      case 3 -> "up %s %s".formatted(peer, up(in));
      default -> "type " + type;
    };
  }

  private static String tlvs(ByteBuffer in) {
    List<String> all = new ArrayList<>();
    while (in.hasRemaining()) {
      int type = in.getShort();
      byte[] value = new byte[in.getShort()];
      in.get(value);
      all.add(type + "=" + new String(value, StandardCharsets.UTF_8));
    }
    return String.join(" ", all);
  }

  private static String up(ByteBuffer in) {
    in.position(in.position() + 16);
    int local = in.getShort() & 0xffff;
    int remote = in.getShort() & 0xffff;
    String sent = message(in);
    String received = message(in);
    return "port %d/%d sent %s received %s %s".formatted(local, remote, sent, received, tlvs(in));
  }

  private static String message(ByteBuffer in) {
    byte[] message = new byte[in.getShort(in.position() + 16) & 0xffff];
    in.get(message);
    return HEX.formatHex(message);
  }

  private static String stats(ByteBuffer in) {
    int count = in.getInt();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int type = in.getShort();
      all.add("%d=%d".formatted(type, in.getShort() == 4 ? in.getInt() : in.getLong()));
    }
    return String.join(" ", all);
  }

  private static String rest(ByteBuffer in) {
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return HEX.formatHex(rest);
  }

  // ---- UPDATEs

  private static String routes(int kind, int flags, String address, ByteBuffer in) {
    String view =
        kind == 3
            ? "loc"
            : (flags & 0x10) != 0
                ? ((flags & 0x40) != 0 ? "out" : "pre-out")
                : (flags & 0x40) != 0 ? "post" : "pre";
    return "%s %s %s"
        .formatted(view, address, update(in, (flags & 0x20) != 0 && kind == 0 ? 2 : 4));
  }

  private static String update(ByteBuffer in, int asOctets) {
    in.position(in.position() + 19);
    List<String> said = new ArrayList<>();
    String path = "";
    int withdrawn = in.getShort() & 0xffff;
    prefixes("-", in, withdrawn, 4, said);
    int end = (in.getShort() & 0xffff) + in.position();
    while (in.position() < end) {
      int flags = in.get();
      int code = in.get() & 0xff;
      int length = (flags & 0x10) != 0 ? in.getShort() & 0xffff : in.get() & 0xff;
      int next = in.position() + length;
      if (code == 2) {
        path = path(in, next, asOctets);
      } else if (code == 14) {
        in.position(in.position() + 3);
        int hop = in.get() & 0xff;
        in.position(in.position() + hop + 1);
        prefixes("+", in, next - in.position(), 16, said);
      } else if (code == 15) {
        in.position(in.position() + 3);
        prefixes("-", in, next - in.position(), 16, said);
      }
      in.position(next);
    }
    prefixes("+", in, in.remaining(), 4, said);
    return said.isEmpty() ? "end" : String.join(" ", said) + (path.isEmpty() ? "" : " path" + path);
  }

  private static String path(ByteBuffer in, int end, int asOctets) {
    StringBuilder path = new StringBuilder();
    while (in.position() < end) {
      in.get();
      for (int count = in.get() & 0xff; count > 0; count--) {
        path.append(' ')
            .append(asOctets == 2 ? in.getShort() & 0xffff : Integer.toUnsignedLong(in.getInt()));
      }
    }
    return path.toString();
  }

  private static void prefixes(
      String sign, ByteBuffer in, int octets, int width, List<String> said) {
    int end = in.position() + octets;
    while (in.position() < end) {
      int length = in.get() & 0xff;
      byte[] address = new byte[width];
      in.get(address, 0, (length + 7) / 8);
      said.add(sign + text(address) + "/" + length);
    }
  }

  private static String address(ByteBuffer in, boolean isIpv6) {
    if (!isIpv6) {
      in.position(in.position() + 12);
      return address4(in);
    }
    byte[] bytes = new byte[16];
    in.get(bytes);
    return text(bytes);
  }

  private static String address4(ByteBuffer in) {
    byte[] bytes = new byte[4];
    in.get(bytes);
    return text(bytes);
  }

  private static String text(byte[] address) {
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    hangUp();
  }
}
