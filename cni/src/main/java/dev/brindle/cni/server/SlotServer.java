// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;
import static dev.brindle.cni.protocol.CniError.Code.INVALID_NETWORK_CONFIG;

import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.plugin.SlotMessage;
import dev.brindle.cni.plugin.SlotMessages;
import dev.brindle.cni.protocol.CniError;
import dev.brindle.cni.protocol.CniVersion;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.StreamCorruptedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One slot: a thread that reads a call, has it answered, and writes the answer.
///
/// Both FIFOs are open for reading and writing, so opening never waits for a plugin, reading never
/// ends when one dies, and writing never fails because none is there.
final class SlotServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SlotServer.class);
  private static final long WAKE_UP = 0;

  private final int number;
  private final RandomAccessFile in;
  private final RandomAccessFile out;
  private final Path lock;
  private final BiFunction<byte[], Delegates, PluginReply> calls;
  private final Thread thread;
  private Optional<SlotMessage> next = Optional.empty();
  private volatile boolean isClosed;

  private SlotServer(
      int number,
      RandomAccessFile in,
      RandomAccessFile out,
      Path lock,
      BiFunction<byte[], Delegates, PluginReply> calls) {
    this.number = number;
    this.in = in;
    this.out = out;
    this.lock = lock;
    this.calls = calls;
    this.thread = Thread.ofPlatform().daemon().name("cni-" + number).unstarted(this::serve);
  }

  static SlotServer start(
      SlotFiles files,
      int number,
      FifoMaker fifos,
      BiFunction<byte[], Delegates, PluginReply> calls)
      throws IOException {
    makeAnew(files.in(number), fifos);
    makeAnew(files.out(number), fifos);
    Path lock = files.lock(number);
    Files.newByteChannel(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
    var in = new RandomAccessFile(files.in(number).toFile(), "rw");
    var out = new RandomAccessFile(files.out(number).toFile(), "rw");
    var slot = new SlotServer(number, in, out, lock, calls);
    slot.thread.start();
    return slot;
  }

  /// Whoever still has the old one open talks to nobody. There is one at any time: a plugin that
  /// found none would make a file of that name.
  private static void makeAnew(Path fifo, FifoMaker fifos) throws IOException {
    Path fresh = fifo.resolveSibling(fifo.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    fifos.make(fresh);
    Files.move(fresh, fifo, StandardCopyOption.ATOMIC_MOVE);
  }

  private void serve() {
    try (var requests = new BufferedInputStream(new FileInputStream(in.getFD()));
        var replies = new FileOutputStream(out.getFD())) {
      while (!isClosed) {
        serveOne(requests, replies);
      }
    } catch (IOException e) {
      LOG.error("CNI slot {} is out of service: {}", number, e.toString());
    }
  }

  private void serveOne(InputStream requests, FileOutputStream replies) throws IOException {
    SlotMessage call = next.isPresent() ? next.get() : nextCall(requests);
    next = Optional.empty();
    if (!isClosed && call.call() != WAKE_UP) {
      var host = new CallingPlugin(call.call(), lock, line(requests, replies));
      PluginReply reply = answer(call, host);
      host.unread().ifPresent(other -> next = Optional.of(other));
      SlotMessages.write(replies, call.call(), bounded(reply));
      host.answered();
    }
  }

  /// What a call under way says and hears besides its answer.
  private CallingPlugin.Line line(InputStream requests, FileOutputStream replies) {
    return new CallingPlugin.Line() {
      @Override
      public void tell(long call, byte[] message) throws IOException {
        SlotMessages.write(replies, call, message);
      }

      @Override
      public SlotMessage hear() throws IOException {
        return nextCall(requests);
      }

      @Override
      public void wakeUp() throws IOException {
        SlotServer.this.wakeUp();
      }
    };
  }

  /// Passes over what is no message, and nothing else: a call may stand right behind it.
  private SlotMessage nextCall(InputStream requests) throws IOException {
    for (int passedOver = 0; true; passedOver++) {
      try {
        return SlotMessages.read(requests, SlotMessages.MAX_REQUEST);
      } catch (StreamCorruptedException e) {
        if (passedOver == 0) {
          LOG.warn("CNI slot {}: {}; they are passed over", number, e.getMessage());
        }
      }
    }
  }

  private PluginReply answer(SlotMessage call, Delegates delegates) {
    return call.isTooLong()
        ? failure(
            CniError.of(
                INVALID_NETWORK_CONFIG,
                "the call is longer than %d bytes".formatted(SlotMessages.MAX_REQUEST)))
        : calls.apply(call.content(), delegates);
  }

  private static byte[] bounded(PluginReply reply) {
    byte[] bytes = reply.encode();
    return bytes.length <= SlotMessages.MAX_REPLY
        ? bytes
        : failure(CniError.of(GENERAL, "the answer is longer than a slot can hold")).encode();
  }

  private static PluginReply failure(CniError error) {
    return PluginReply.failure(error.json(CniVersion.NEWEST.toString()));
  }

  private void wakeUp() throws IOException {
    SlotMessages.write(new FileOutputStream(in.getFD()), WAKE_UP, new byte[0]);
  }

  /// False once nobody answers here any more.
  boolean isServed() {
    return thread.isAlive();
  }

  /// Lets a call under way end first.
  @Override
  public void close() {
    isClosed = true;
    try {
      wakeUp();
      thread.join();
    } catch (IOException e) {
      LOG.warn("CNI slot {} does not close: {}", number, e.toString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
