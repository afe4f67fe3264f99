// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.ctl.client.ClientException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusTest {

  private static final String ANSWER =
      """
      {"peers":[{"name":"Mesh_192_0_2_2","type":"node-to-node mesh","address":"192.0.2.2","family":4,\
      "state":"up","since":"10:00:00","info":"Established","reason":""},\
      {"name":"Global_192_0_2_9","type":"global","address":"192.0.2.9","family":4,"state":"start",\
      "since":"10:00:01","info":"Active","reason":"connection refused"}]}
      """;

  @Test
  void showsATableForEachFamily() {
    assertThat(StatusText.of(StatusReply.parse(ANSWER)))
        .isEqualTo(
            """
            Calico process is running.

            IPv4 BGP status
            +--------------+-------------------+-------+----------+---------------------------+
            | PEER ADDRESS |     PEER TYPE     | STATE |  SINCE   |           INFO            |
            +--------------+-------------------+-------+----------+---------------------------+
            | 192.0.2.2    | node-to-node mesh | up    | 10:00:00 | Established               |
            | 192.0.2.9    | global            | start | 10:00:01 | Active connection refused |
            +--------------+-------------------+-------+----------+---------------------------+

            IPv6 BGP status
            No IPv6 peers found.

            """);
  }

  @Test
  void asksTheDaemonOverItsSocket(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("status.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      var asked = new CompletableFuture<String>();
      Thread.ofVirtual().start(() -> answer(server, asked));
      assertThat(new StatusSocket(path).peers()).hasSize(2);
      assertThat(asked.get()).isEqualTo("{\"get\":\"status\"}\n");
    }
  }

  @Test
  void noDaemonIsSaidPlainly(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("status.sock");
    assertThatThrownBy(() -> new StatusSocket(path).peers())
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith("Calico process is not running. (there is no socket ");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(Files.exists(path)).isTrue();
    assertThatThrownBy(() -> new StatusSocket(path).peers())
        .hasMessageStartingWith("Calico process is not running. (nothing listens at ");
  }

  @Test
  void aForeignAnswerIsRefused() {
    assertThatThrownBy(() -> StatusReply.parse("hello"))
        .hasMessage("the daemon's answer is not JSON: hello");
    assertThatThrownBy(() -> StatusReply.parse("{}"))
        .hasMessage("the daemon's answer has no list of peers: {}");
  }

  private static void answer(ServerSocketChannel server, CompletableFuture<String> asked) {
    try (SocketChannel channel = server.accept()) {
      ByteBuffer buffer = ByteBuffer.allocate(100);
      channel.read(buffer);
      asked.complete(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
      channel.write(ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      asked.completeExceptionally(e);
    }
  }
}
