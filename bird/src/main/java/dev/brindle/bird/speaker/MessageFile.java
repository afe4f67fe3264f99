// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.mrt.MrtLog;
import dev.brindle.bird.mrt.MrtRecord;
import dev.brindle.bird.mrt.MrtWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The file that messages are being written to, and those before it. One thread.
final class MessageFile {

  private final MrtLog log;
  private final KeptFiles files;
  private final ByteBuf bytes = Unpooled.buffer();
  private @Nullable OutputStream out;
  private Path part = Path.of("");
  private Path whole = Path.of("");
  private Instant begun = Instant.EPOCH;
  private long size;
  private long items;

  MessageFile(MrtLog log) {
    this.log = log;
    this.files = new KeptFiles(log.schedule());
  }

  MrtLog log() {
    return log;
  }

  void adopt() throws IOException {
    files.adopt();
  }

  /// How many messages are in the file that is not finished.
  long items() {
    return items;
  }

  /// Whether the file is to be finished before another message.
  boolean isFull(Instant now) {
    return out != null
        && (size >= log.most() || !now.isBefore(begun.plus(log.schedule().interval())));
  }

  void write(MrtRecord item) throws IOException {
    OutputStream to = out == null ? open(item.time()) : out;
    bytes.clear();
    MrtWriter.write(item, bytes);
    size += bytes.readableBytes();
    bytes.readBytes(to, bytes.readableBytes());
    items++;
  }

  private OutputStream open(Instant now) throws IOException {
    whole = files.fresh(now);
    part = KeptFiles.part(whole);
    begun = now;
    size = 0;
    items = 0;
    OutputStream fresh = new BufferedOutputStream(Files.newOutputStream(part));
    out = fresh;
    return fresh;
  }

  void flush() throws IOException {
    if (out != null) {
      out.flush();
    }
  }

  /// @return how many messages are in the file that is whole now
  long finish() throws IOException {
    OutputStream open = out;
    if (open == null) {
      return 0;
    }
    out = null;
    open.close();
    files.finish(part, whole);
    long finished = items;
    items = 0;
    return finished;
  }

  /// The disk does not take it: what is in the file stays there, unfinished.
  long giveUp() {
    OutputStream open = out;
    out = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException _) {
        // what went wrong is known
      }
    }
    long lost = items;
    items = 0;
    return lost;
  }
}
