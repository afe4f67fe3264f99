// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Gives a running lab an order.
final class ControlClient {

  private static final int MOST = 1 << 20;

  private ControlClient() {}

  /// @return what the lab answers
  /// @throws IllegalArgumentException with the lab's words, if it will not
  static String order(Path directory, String words) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(directory.resolve("control")));
      Channels.newOutputStream(channel).write(words.getBytes(StandardCharsets.UTF_8));
      channel.shutdownOutput();
      String reply =
          new String(Channels.newInputStream(channel).readNBytes(MOST), StandardCharsets.UTF_8);
      int end = reply.indexOf('\n');
      if (end < 0) {
        throw new IOException("the lab gave no answer");
      }
      String text = reply.substring(end + 1);
      if (!reply.startsWith("0\n")) {
        throw new IllegalArgumentException(text.strip());
      }
      return text;
    }
  }
}
