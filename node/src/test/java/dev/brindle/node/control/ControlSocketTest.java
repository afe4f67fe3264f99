// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlSocketTest {

  private static final ControlPatience SHORT =
      new ControlPatience(Duration.ofMillis(200), Duration.ofMillis(200));
  private static final String OK = "{\"end\":{\"ok\":true}}\n";

  @TempDir private Path base;

  /// Says which command it was asked, as often as it was asked to.
  private static void echo(ControlRequest request, ControlAnswer answer)
      throws ControlRefusal, IOException {
    int times = Integer.parseInt(request.find("times").orElse("1"));
    for (int i = 0; i < times; i++) {
      answer.line(JsonNodeFactory.instance.objectNode().put("asked", request.command()));
    }
  }

  @Test
  void answersOneRequest() throws IOException {
    try (ControlSocket socket = ControlSocket.start(base.resolve("c"), ControlSocketTest::echo)) {
      assertThat(ask(socket, "{\"version\":1,\"command\":\"x\",\"times\":\"2\"}\n"))
          .isEqualTo("{\"asked\":\"x\"}\n{\"asked\":\"x\"}\n" + OK);
    }
  }

  @Test
  void onlyTheOwnerMayEnter() throws IOException {
    Path directory = base.resolve("c");
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (ControlSocket socket = ControlSocket.start(directory, ControlSocketTest::echo)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())))
          .isEqualTo("rw-------");
    }
    assertThat(directory.resolve("control.sock")).doesNotExist();
  }

  @Test
  void aSecondDaemonIsRefusedAndTheFirstGoesOn() throws IOException {
    Path directory = base.resolve("c");
    try (ControlSocket socket = ControlSocket.start(directory, ControlSocketTest::echo)) {
      assertThatThrownBy(() -> ControlSocket.start(directory, ControlSocketTest::echo))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "control directory %s: %s/control.lock is held: a speaker that runs has this"
                      .formatted(directory, directory)
                  + " directory; end it, or choose another");
      assertThat(ask(socket, "{\"version\":1,\"command\":\"x\"}\n")).endsWith(OK);
    }
  }

  @Test
  void whatAKilledOneLeftIsTakenOver() throws IOException {
    Path directory = Files.createDirectory(base.resolve("c"));
    try (var killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(directory.resolve("control.sock")));
    }
    Files.createFile(directory.resolve("control.lock"));
    try (ControlSocket socket = ControlSocket.start(directory, ControlSocketTest::echo)) {
      assertThat(ask(socket, "{\"version\":1,\"command\":\"x\"}\n")).endsWith(OK);
    }
  }

  @Test
  void aPathThatNoSocketCanHaveIsNamed() {
    Path directory = base.resolve("d".repeat(120));
    assertThatThrownBy(() -> ControlSocket.start(directory, ControlSocketTest::echo))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("control directory " + directory + ": the path of its socket has")
        .hasMessageEndingWith("expected at most 107");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          hello                                      | bad-request | expected a line of JSON: Unrecognized token 'hello'
          {"version":1,"command":"x"} {}             | bad-request | expected a line of JSON: Trailing token
          []                                         | bad-request | expected an object of JSON
          {}                                         | version     | the request is of version none, this daemon answers version 1
          {"version":2,"command":"x"}                | version     | the request is of version 2, this daemon answers version 1
          {"version":"1","command":"x"}              | version     | the request is of version "1", this daemon
          {"version":1}                              | bad-request | the request has no command
          {"version":1,"command":7}                  | bad-request | 'command' is not a string of at most 256 characters
          {"version":1,"command":"x","peer":["a"]}   | bad-request | 'peer' is not a string
          {"version":1,"command":"x","times":"many"} | failed      | the daemon failed: java.lang.NumberFormatException
          """)
  void malformedRequestsAreRefused(String request, String code, String message) throws IOException {
    try (ControlSocket socket = ControlSocket.start(base.resolve("c"), ControlSocketTest::echo)) {
      assertThat(ask(socket, request + "\n"))
          .startsWith("{\"end\":{\"ok\":false,\"code\":\"%s\",\"error\":\"".formatted(code))
          .contains(message.replace("\"", "\\\""));
      assertThat(ask(socket, "{\"version\":1,\"command\":\"x\"}\n")).endsWith(OK);
    }
  }

  @Test
  void aRequestIsBounded() throws IOException {
    try (ControlSocket socket = ControlSocket.start(base.resolve("c"), ControlSocketTest::echo)) {
      assertThat(ask(socket, "x".repeat(16 * 1024)))
          .contains("the request is longer than 16384 octets");
      assertThat(ask(socket, "[".repeat(8_000) + "\n")).contains("bad-request");
    }
  }

  @Test
  void whoSaysOrReadsNothingIsCutOff() throws Exception {
    CountDownLatch gaveUp = new CountDownLatch(1);
    ControlHandler endless =
        (request, answer) -> {
          try {
            echo(new ControlRequest("x", java.util.Map.of("times", "100000000")), answer);
          } finally {
            gaveUp.countDown();
          }
        };
    try (ControlSocket socket = ControlSocket.start(base.resolve("c"), endless, SHORT);
        SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()));
        SocketChannel deaf = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
      write(deaf, "{\"version\":1,\"command\":\"x\"}\n");
      assertThat(gaveUp.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(read(silent)).isEmpty();
    }
  }

  @Test
  void oneCallerTooManyIsToldSo() throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    try (ControlSocket socket = ControlSocket.start(base.resolve("c"), ControlSocketTest::echo)) {
      for (int i = 0; i < ControlSocket.MOST_CALLERS; i++) {
        waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(socket.path())));
      }
      assertThat(ask(socket, "")).contains("\"code\":\"busy\"");
      write(waiting.getFirst(), "{\"version\":1,\"command\":\"x\"}\n");
      assertThat(read(waiting.getFirst())).endsWith(OK);
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  private static String ask(ControlSocket socket, String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket.path()))) {
      write(channel, request);
      return read(channel);
    }
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String read(SocketChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
    while (channel.read(bytes) >= 0) {
      // until it hangs up
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }
}
