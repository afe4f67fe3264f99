// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.probe;

import dev.brindle.lab.host.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// Asks a program on a machine of the lab by HTTP, on its loopback interface.
public final class LocalHttp {

  private static final int PATIENCE_MILLIS = 2_000;
  private static final int MOST_BYTES = 4 << 20;

  private LocalHttp() {}

  /// @param status such as 200
  public record Reply(int status, String body) {}

  /// @throws IOException if nobody answers, or not by HTTP
  public static Reply get(Host host, int port, String path) throws IOException {
    try (SocketChannel channel =
        host.inside(() -> SocketChannel.open(StandardProtocolFamily.INET))) {
      InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      channel.socket().connect(new InetSocketAddress(loopback, port), PATIENCE_MILLIS);
      channel.socket().setSoTimeout(PATIENCE_MILLIS);
      String request =
          "GET %s HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path);
      channel.socket().getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] reply = channel.socket().getInputStream().readNBytes(MOST_BYTES);
      return parse(new String(reply, StandardCharsets.UTF_8));
    }
  }

  static Reply parse(String reply) throws IOException {
    int end = reply.indexOf("\r\n\r\n");
    if (end < 0 || !reply.matches("(?s)HTTP/1\\.[01] [0-9]{3}.*")) {
      throw new IOException("not an HTTP reply");
    }
    return new Reply(Integer.parseInt(reply.substring(9, 12)), reply.substring(end + 4));
  }
}
