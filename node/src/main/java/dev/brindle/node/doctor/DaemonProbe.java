// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.node.doctor.check.DaemonCheck.Word;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Asks the daemon of the node how it is.
final class DaemonProbe {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int LONGEST = 16 << 20;

  private DaemonProbe() {}

  /// @param sessions addresses of peers that it has a session with
  record Answer(Word word, Set<String> sessions) {

    boolean isLive() {
      return word instanceof Word.Says;
    }
  }

  static Answer ask(Path socket) {
    if (!Files.exists(socket)) {
      return new Answer(new Word.NotThere(), Set.of());
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      return answer(new JsonMapper().readTree(read(channel)));
    } catch (IOException e) {
      return new Answer(
          new Word.Silent("%s does not answer: %s".formatted(socket, e.getMessage())), Set.of());
    }
  }

  private static Answer answer(JsonNode status) {
    List<String> problems = new ArrayList<>();
    status.path("problems").forEach(each -> problems.add(each.asText()));
    Set<String> sessions = new HashSet<>();
    status
        .path("peers")
        .forEach(
            peer -> {
              if (peer.path("state").asText().equals("up")) {
                sessions.add(peer.path("address").asText());
              }
            });
    return new Answer(new Word.Says(problems), sessions);
  }

  private static String read(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    var answer = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_READ);
      while (answer.size() < LONGEST) {
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left <= 0 || selector.select(left) == 0) {
          throw new IOException("nothing within %d s".formatted(PATIENCE.toSeconds()));
        }
        selector.selectedKeys().clear();
        int length = channel.read(buffer);
        answer.write(buffer.array(), 0, Math.max(0, length));
        if (length < 0) {
          return answer.toString(StandardCharsets.UTF_8);
        }
        buffer.clear();
      }
    }
    throw new IOException("its answer is longer than %d bytes".formatted(LONGEST));
  }
}
