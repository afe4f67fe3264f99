// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HexFormat;

/// A peer that says and hears octets, written as hexadecimal digits. It knows no more of BGP than
/// where a message ends, so nothing it says is mended on the way.
final class OctetPeer implements AutoCloseable {

  static final int OPEN = 1;
  static final int UPDATE = 2;
  static final int NOTIFICATION = 3;
  static final int KEEPALIVE = 4;
  static final int ROUTE_REFRESH = 5;

  static final String MARKER = "ff".repeat(16);

  private static final int HEADER = 19;
  private static final int LENGTH_AT = 16;
  private static final int TYPE_AT = 18;
  private static final int PATIENCE_MILLIS = (int) Loopback.PATIENCE.toMillis();

  private final Socket socket;
  private final DataInputStream in;

  private OctetPeer(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  /// @param body without the header, in hexadecimal digits
  record Heard(int type, String body) {

    boolean isNotification() {
      return type == NOTIFICATION;
    }

    /// Of a NOTIFICATION: `code/subcode`, then its data if there are any.
    String reason() {
      String head = HexFormat.fromHexDigits(body, 0, 2) + "/" + HexFormat.fromHexDigits(body, 2, 4);
      return body.length() == 4 ? head : head + " " + body.substring(4);
    }
  }

  static OctetPeer call(IpAddress own, IpAddress speaker, int port) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(own.bytes()), 0));
    socket.connect(
        new InetSocketAddress(InetAddress.getByAddress(speaker.bytes()), port), PATIENCE_MILLIS);
    return new OctetPeer(socket);
  }

  /// @param body of the OPEN we say
  void establish(String body) throws IOException {
    say(message(OPEN, body));
    say(message(KEEPALIVE, ""));
    hearUntil(KEEPALIVE);
  }

  static String message(int type, String body) {
    String octets = body.replace(" ", "");
    return MARKER + "%04x%02x".formatted(HEADER + octets.length() / 2, type) + octets;
  }

  /// Exactly these octets.
  void say(String hex) throws IOException {
    socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /// Each octet in a segment of its own.
  void sayOneByOne(String hex) throws IOException {
    for (byte octet : HexFormat.of().parseHex(hex.replace(" ", ""))) {
      socket.getOutputStream().write(octet);
    }
  }

  Heard hear() throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length < HEADER) {
      throw new IOException("the speaker hung up");
    }
    int length = ((header[LENGTH_AT] & 0xff) << 8) | (header[LENGTH_AT + 1] & 0xff);
    return new Heard(header[TYPE_AT], HexFormat.of().formatHex(in.readNBytes(length - HEADER)));
  }

  /// The next message of this type; others are forgotten, but for a NOTIFICATION.
  Heard hearUntil(int type) throws IOException {
    while (true) {
      Heard heard = hear();
      if (heard.type() == type) {
        return heard;
      }
      if (heard.isNotification()) {
        throw new IOException("the speaker says " + heard.reason());
      }
    }
  }

  /// The NOTIFICATION with which the speaker hangs up, `hung up` if there is none, or `nothing`
  /// if it goes on.
  String ending() throws IOException {
    while (true) {
      Heard heard;
      try {
        heard = hear();
      } catch (SocketTimeoutException e) {
        return "nothing";
      } catch (IOException e) {
        return "hung up";
      }
      if (heard.isNotification()) {
        return hearsTheEnd() ? heard.reason() : heard.reason() + " and more";
      }
    }
  }

  /// Whether the speaker hangs up without another word.
  boolean hearsTheEnd() throws IOException {
    return in.readNBytes(1).length == 0;
  }

  /// Says no more.
  void hangUp() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
