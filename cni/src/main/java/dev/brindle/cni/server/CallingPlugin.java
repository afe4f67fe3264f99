// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.cni.plugin.SlotMessage;
import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The plugin that made the call under way, asked to run others. It holds the lock of its slot as
/// long as it lives: whoever waits for it looks there from time to time.
final class CallingPlugin implements Delegates {

  /// The slot, while a call is under way.
  interface Line {

    void tell(long call, byte[] message) throws IOException;

    SlotMessage hear() throws IOException;

    /// Makes `hear` return with a message of no call.
    void wakeUp() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(CallingPlugin.class);
  private static final long LOOK_MILLIS = 500;

  /// A minute: more than the plugin allows itself.
  private static final int LOOKS = 120;

  private final long call;
  private final Path lock;
  private final Line line;
  private boolean isGone;
  private Optional<SlotMessage> unread = Optional.empty();
  private final List<Runnable> afterwards = new ArrayList<>();

  CallingPlugin(long call, Path lock, Line line) {
    this.call = call;
    this.lock = lock;
    this.line = line;
  }

  /// What came instead of its word: the call of the next.
  Optional<SlotMessage> unread() {
    return unread;
  }

  @Override
  public long call() {
    return call;
  }

  @Override
  public void afterwards(Runnable work) {
    afterwards.add(work);
  }

  /// To be called once the answer is written.
  void answered() {
    afterwards.forEach(Runnable::run);
  }

  @Override
  public Outcome run(String type, CniCommand command, String input) {
    if (!isGone) {
      LOG.debug("call {}: {} of plugin {}", call, command, type);
      try {
        line.tell(call, message(type, command, input));
        SlotMessage told = awaitWord();
        if (told.call() == call && !told.isTooLong() && told.content().length > 0) {
          return outcome(told.content());
        }
        isGone = true;
        // a call of nobody only woke us up
        unread = Optional.of(told);
      } catch (IOException e) {
        throw new CniException(TRY_AGAIN_LATER, "the slot of the plugin that called: " + e, e);
      }
    }
    throw new CniException(
        TRY_AGAIN_LATER,
        "the plugin that called ended before plugin '%s' had done its %s".formatted(type, command));
  }

  private static byte[] message(String type, CniCommand command, String input) {
    var bytes = new ByteArrayOutputStream(input.length() + 64);
    bytes.write(Outcome.NOT_RUN);
    bytes.writeBytes(type.getBytes(StandardCharsets.UTF_8));
    bytes.write(0);
    bytes.writeBytes(command.name().getBytes(StandardCharsets.UTF_8));
    bytes.write(0);
    bytes.writeBytes(input.getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  private static Outcome outcome(byte[] told) {
    return new Outcome(
        told[0] & 0xff, new String(told, 1, told.length - 1, StandardCharsets.UTF_8));
  }

  private SlotMessage awaitWord() throws IOException {
    var isHeard = new CountDownLatch(1);
    Thread watch = Thread.ofVirtual().start(() -> watch(isHeard));
    try {
      return line.hear();
    } finally {
      isHeard.countDown();
      join(watch);
    }
  }

  private static void join(Thread watch) {
    try {
      watch.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(CountDownLatch isHeard) {
    try {
      for (int looks = 0; !isHeard.await(LOOK_MILLIS, TimeUnit.MILLISECONDS); looks++) {
        if (looks == LOOKS || !isHeld()) {
          line.wakeUp();
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("whether the plugin of call {} lives is not known: {}", call, e.toString());
    }
  }

  /// A new one that comes at that very moment takes another slot.
  private boolean isHeld() throws IOException {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free == null;
    }
  }
}
