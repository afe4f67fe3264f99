// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One caller: a line in, lines out, the last of them saying how it ended.
///
/// ```
/// {"version":1,"command":"summary"}
///                                     {"as":"64512",...}
///                                     {"end":{"ok":true}}
/// ```
final class ControlCall implements ControlAnswer, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControlCall.class);
  private static final int LONGEST_REQUEST = 16 * 1024;
  private static final int ENOUGH = 64 * 1024;

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ControlPatience patience;
  private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

  private ControlCall(SocketChannel channel, Selector selector, ControlPatience patience)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.patience = patience;
    channel.configureBlocking(false);
    this.key = channel.register(selector, 0);
  }

  static ControlCall on(SocketChannel channel, ControlPatience patience) throws IOException {
    Selector selector = Selector.open();
    try {
      return new ControlCall(channel, selector, patience);
    } catch (IOException e) {
      selector.close();
      throw e;
    }
  }

  void answer(ControlHandler handler) throws IOException {
    try {
      handler.answer(ControlRequest.parse(request()), this);
      end(JsonNodeFactory.instance.objectNode().put("ok", true));
    } catch (ControlRefusal refusal) {
      refuse(refusal);
    } catch (RuntimeException e) {
      LOG.error("control: a request failed", e);
      refuse(new ControlRefusal("failed", "the daemon failed: " + e, "its log says more"));
    }
  }

  void refuse(ControlRefusal refusal) throws IOException {
    end(
        JsonNodeFactory.instance
            .objectNode()
            .put("ok", false)
            .put("code", refusal.code())
            .put("error", refusal.getMessage())
            .put("cure", refusal.cure()));
  }

  private void end(ObjectNode how) throws IOException {
    line(JsonNodeFactory.instance.objectNode().set("end", how));
    flush();
  }

  private String request() throws IOException, ControlRefusal {
    ByteBuffer buffer = ByteBuffer.allocate(LONGEST_REQUEST);
    long deadline = System.nanoTime() + patience.request().toNanos();
    while (true) {
      for (int i = 0; i < buffer.position(); i++) {
        if (buffer.get(i) == '\n') {
          return new String(buffer.array(), 0, i, StandardCharsets.UTF_8);
        }
      }
      if (!buffer.hasRemaining()) {
        throw ControlRefusal.badRequest(
            "the request is longer than %d octets".formatted(LONGEST_REQUEST));
      }
      await(SelectionKey.OP_READ, deadline, "no whole request");
      if (channel.read(buffer) < 0) {
        throw new EOFException("no whole request");
      }
    }
  }

  @Override
  public void line(ObjectNode line) throws IOException {
    unsent.writeBytes(line.toString().getBytes(StandardCharsets.UTF_8));
    unsent.write('\n');
    if (unsent.size() >= ENOUGH) {
      flush();
    }
  }

  @Override
  public void flush() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(unsent.toByteArray());
    unsent.reset();
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        long deadline = System.nanoTime() + patience.reading().toNanos();
        await(SelectionKey.OP_WRITE, deadline, "the caller does not read");
      }
    }
  }

  private void await(int operation, long deadline, String complaint) throws IOException {
    key.interestOps(operation);
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (left <= 0 || selector.select(left) == 0) {
      throw new IOException(complaint);
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    selector.close();
  }
}
