// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.ctl.client.ClientException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// One question to a speaker: a line of JSON there, lines of JSON back, the last of them saying how
/// it ended.
final class ControlClient {

  private static final int VERSION = 1;
  private static final int LONGEST_LINE = 4 * 1024 * 1024;
  private static final JsonMapper JSON = new JsonMapper();

  private final SocketChannel channel;
  private final Duration patience;

  /// @param patience how long the speaker may say nothing
  ControlClient(SocketChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
  }

  /// @param line is shown each line but the last
  /// @throws ClientException if the speaker refuses, or its answer is not whole
  void ask(String command, Map<String, String> arguments, Consumer<JsonNode> line) {
    ObjectNode request =
        JsonNodeFactory.instance.objectNode().put("version", VERSION).put("command", command);
    arguments.forEach(request::put);
    try (channel;
        Selector selector = Selector.open()) {
      ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      read(selector, line);
    } catch (IOException e) {
      throw new ClientException("the speaker hung up: " + e.getMessage());
    }
  }

  private void read(Selector selector, Consumer<JsonNode> line) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    ByteArrayOutputStream begun = new ByteArrayOutputStream();
    while (true) {
      if (selector.select(patience.toMillis()) == 0) {
        throw new ClientException(
            "the speaker has said nothing for %d s: is it very busy? ask again"
                .formatted(patience.toSeconds()));
      }
      selector.selectedKeys().clear();
      if (channel.read(buffer.clear()) < 0) {
        throw new ClientException(
            "the speaker hung up before its answer was whole: it ended, or nobody read the answer"
                + " for a minute; ask again, for less, or into a file");
      }
      byte[] bytes = buffer.array();
      int from = 0;
      for (int i = 0; i < buffer.position(); i++) {
        if (bytes[i] == '\n') {
          begun.write(bytes, from, i - from);
          from = i + 1;
          JsonNode read = parse(begun.toString(StandardCharsets.UTF_8));
          begun.reset();
          if (read.has("end")) {
            ended(read.path("end"));
            return;
          }
          line.accept(read);
        }
      }
      begun.write(bytes, from, buffer.position() - from);
      if (begun.size() > LONGEST_LINE) {
        throw new ClientException(
            "the speaker's answer has a line longer than %d octets".formatted(LONGEST_LINE));
      }
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      String shown = line.length() <= 100 ? line : line.substring(0, 100) + "...";
      throw new ClientException("the speaker's answer is not JSON: " + shown);
    }
  }

  private static void ended(JsonNode end) {
    if (!end.path("ok").asBoolean()) {
      String cure = end.path("cure").asText();
      throw new ClientException(
          end.path("error").asText("refused") + (cure.isEmpty() ? "" : "; " + cure));
    }
  }
}
