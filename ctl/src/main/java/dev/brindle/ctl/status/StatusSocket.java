// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import dev.brindle.ctl.client.ClientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Asks the daemon of this node over its Unix socket. To call is to ask: it answers with one line
/// and hangs up. Nothing is written to it, as it may have hung up before that.
public final class StatusSocket {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int LONGEST_ANSWER = 16 * 1024 * 1024;

  private final Path path;

  public StatusSocket(Path path) {
    this.path = path;
  }

  /// @throws ClientException if no daemon answers
  public NodeReport read() {
    if (!Files.exists(path)) {
      throw notRunning("there is no socket " + path);
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      return StatusReply.parse(line(channel));
    } catch (ConnectException e) {
      throw notRunning("nothing listens at " + path);
    } catch (IOException e) {
      throw new ClientException("cannot ask the daemon at %s: %s".formatted(path, e.getMessage()));
    }
  }

  private static ClientException notRunning(String why) {
    return new ClientException(
        "Calico process is not running. (%s; start it with: brindle node run)".formatted(why));
  }

  private String line(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    var answer = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Selector readable = Selector.open()) {
      channel.register(readable, SelectionKey.OP_READ);
      while (true) {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0 || readable.select(left) == 0) {
          throw new ClientException(
              "the daemon at %s did not answer within %d s".formatted(path, PATIENCE.toSeconds()));
        }
        readable.selectedKeys().clear();
        int length = channel.read(buffer);
        answer.write(buffer.array(), 0, Math.max(length, 0));
        boolean isWhole = length < 0 || (length > 0 && buffer.get(length - 1) == '\n');
        if (isWhole) {
          return answer.toString(StandardCharsets.UTF_8);
        }
        if (answer.size() > LONGEST_ANSWER) {
          throw new ClientException(
              "the daemon's answer is longer than %d bytes".formatted(LONGEST_ANSWER));
        }
        buffer.clear();
      }
    }
  }
}
