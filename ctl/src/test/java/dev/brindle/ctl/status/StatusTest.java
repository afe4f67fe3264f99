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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StatusTest {

  private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");
  private static final String ANSWER =
      """
      {"node":"n1","as":"64512","peers":[{"name":"Mesh_192_0_2_2","type":"node-to-node mesh","address":"192.0.2.2","family":4,"as":"64512",\
      "state":"up","since":"2026-01-02T10:00:00.123456Z","info":"Established","reason":"","received":3},\
      {"name":"Global_192_0_2_9","type":"global","address":"192.0.2.9","family":4,"state":"start",\
      "since":"2025-12-31T10:00:01Z","info":"Active","reason":"connection refused"}],\
      "endpoints":[],"problems":[]}
      """;

  @Test
  void showsATableForEachFamily() {
    assertThat(StatusText.of(StatusReply.parse(ANSWER), NOW, ZoneOffset.UTC))
        .isEqualTo(
            """
            Calico process is running.

            IPv4 BGP status
            +--------------+-------------------+-------+------------+---------------------------+
            | PEER ADDRESS | PEER TYPE         | STATE | SINCE      | INFO                      |
            +--------------+-------------------+-------+------------+---------------------------+
            | 192.0.2.2    | node-to-node mesh | up    | 10:00:00   | Established               |
            | 192.0.2.9    | global            | start | 2025-12-31 | Active connection refused |
            +--------------+-------------------+-------+------------+---------------------------+

            IPv6 BGP status
            No IPv6 peers found.

            """);
  }

  @Test
  void saysWhatIsNotDone() {
    String noted = ANSWER.replace("\"problems\"", "\"notes\":[\"BGPPeer x: no\"],\"problems\"");
    assertThat(StatusText.of(StatusReply.parse(noted), NOW, ZoneOffset.UTC))
        .endsWith("No IPv6 peers found.\n\nNote: BGPPeer x: no\n");
  }

  @Test
  void explainsTheChoiceOfAddresses() {
    String explained =
        "{\"peers\":[],\"addresses\":[{\"family\":4,\"address\":\"192.0.2.7/24\",\"outcome\":\"chosen\","
            + "\"reason\":\"found by first-found on eth0\",\"passedOver\":[\"10.0.0.1/24 on docker0: no\"]},"
            + "{\"family\":6,\"address\":\"\",\"outcome\":\"chosen\",\"reason\":\"not asked for\",\"passedOver\":[]}]}";
    assertThat(StatusText.of(StatusReply.parse(explained), NOW, ZoneOffset.UTC))
        .endsWith(
            """
            is not running.

            IPv4 address 192.0.2.7/24: found by first-found on eth0
              not 10.0.0.1/24 on docker0: no
            """);
  }

  @Test
  void aNodeWithoutBgpSaysSo() {
    assertThat(StatusText.of(StatusReply.parse("{\"peers\":[]}"), NOW, ZoneOffset.UTC))
        .isEqualTo(
            """
            Calico process is running.

            The BGP backend process (BIRD) is not running.

            """);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          2026-01-02T12:00:00Z, 12:00:00
          2026-01-02T11:59:59.999Z, 11:59:59
          2026-01-01T16:00:01Z, 16:00:01
          2026-01-01T16:00:00Z, 2026-01-01
          2026-01-02T12:00:09Z, 12:00:09
          1970-01-01T00:00:00Z, 1970-01-01
          """)
  void showsTimesAsBirdDoes(Instant since, String expected) {
    assertThat(SinceText.of(since, NOW, ZoneOffset.UTC)).isEqualTo(expected);
  }

  @Test
  void readsWhatTheDaemonSaysBeforeItHangsUp(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("status.sock");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      var answered = new CompletableFuture<Boolean>();
      Thread.ofVirtual().start(() -> answer(server, answered));
      assertThat(new StatusSocket(path).read().peers()).hasSize(2);
      assertThat(answered.get()).isTrue();
    }
  }

  @Test
  void noDaemonIsSaidPlainly(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("status.sock");
    assertThatThrownBy(() -> new StatusSocket(path).read())
        .isInstanceOf(ClientException.class)
        .hasMessageStartingWith("Calico process is not running. (there is no socket ");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
    }
    assertThat(Files.exists(path)).isTrue();
    assertThatThrownBy(() -> new StatusSocket(path).read())
        .hasMessageStartingWith("Calico process is not running. (nothing listens at ");
  }

  @Test
  void aForeignAnswerIsRefused() {
    assertThatThrownBy(() -> StatusReply.parse("hello"))
        .hasMessage("the daemon's answer is not JSON: hello");
    assertThatThrownBy(() -> StatusReply.parse("{}"))
        .hasMessage("the daemon's answer has no list of peers: {}");
    assertThatThrownBy(() -> StatusReply.parse(ANSWER.replace("\"family\":4", "\"family\":5")))
        .hasMessageStartingWith("the daemon's answer has a peer whose 'family' cannot be read: {");
    assertThatThrownBy(() -> StatusReply.parse(ANSWER.replace("2025-12-31T", "")))
        .hasMessageStartingWith("the daemon's answer has a peer whose 'since' cannot be read: {");
    assertThatThrownBy(() -> StatusReply.parse(ANSWER.replace("\"state\"", "\"status\"")))
        .hasMessageStartingWith("the daemon's answer has a peer whose 'state' cannot be read: {");
  }

  private static void answer(ServerSocketChannel server, CompletableFuture<Boolean> answered) {
    try (SocketChannel channel = server.accept()) {
      channel.write(ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.UTF_8)));
      answered.complete(true);
    } catch (IOException e) {
      answered.completeExceptionally(e);
    }
  }
}
