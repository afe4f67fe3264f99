// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// One call to the daemon. Two threads race for the answer, and the clock with them: one talks and
/// may be stuck in a FIFO, the other waits for the daemon's lock, which it gets when the daemon
/// dies.
///
/// Uses files only: a Unix socket would double the time this program takes to start.
final class DaemonCall {

  /// More than the daemon allows itself for any call.
  private static final long PATIENCE_SECONDS = 110;

  private static final String ENDED = "it ended during the call";
  private static final int DRAIN_BYTES = 1 << 16;

  private final SlotFiles files;
  private final BlockingQueue<DaemonAnswer> answers = new ArrayBlockingQueue<>(2);

  DaemonCall(SlotFiles files) {
    this.files = files;
  }

  DaemonAnswer ask(byte[] call) {
    try (FileChannel daemon =
        FileChannel.open(files.daemonLock(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (gets(daemon)) {
        return away("nobody answers in " + files.directory());
      }
      start(new Talk(call));
      start(new Watch(daemon));
      DaemonAnswer answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return answer != null ? answer : away("no answer within %d s".formatted(PATIENCE_SECONDS));
    } catch (NoSuchFileException _) {
      return away("there is no " + files.daemonLock());
    } catch (IOException e) {
      return failed(e);
    } catch (InterruptedException _) {
      return away("interrupted while waiting for its answer");
    }
  }

  /// The lock is free exactly if no daemon answers.
  private static boolean gets(FileChannel daemon) throws IOException {
    try (FileLock lock = daemon.tryLock(SlotFiles.ALIVE_BYTE, 1, true)) {
      return lock != null;
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }

  private DaemonAnswer talk(byte[] call) {
    try (Slot slot = takeSlot();
        var out = new FileInputStream(files.out(slot.number()).toFile());
        var in = new FileOutputStream(files.in(slot.number()).toFile())) {
      return talk(call, in, out);
    } catch (IOException e) {
      return failed(e);
    }
  }

  /// The daemon has both ends of both FIFOs open, so one that breaks off means that it has ended.
  private DaemonAnswer talk(byte[] call, FileOutputStream in, FileInputStream out) {
    try {
      drain(out);
      // grows from call to call, in all processes of this machine (CLOCK_MONOTONIC)
      long number = System.nanoTime();
      SlotMessages.write(in, number, call);
      return new DaemonAnswer.Reply(PluginReply.decode(SlotMessages.readReply(out, number)));
    } catch (IOException _) {
      return away(ENDED);
    }
  }

  /// What is there before we asked was for someone who died.
  private static void drain(FileInputStream out) throws IOException {
    byte[] sink = new byte[DRAIN_BYTES];
    while (out.available() > 0) {
      if (out.read(sink) < 0) {
        throw new IOException("the daemon closed the slot");
      }
    }
  }

  /// The first free slot, or a place in line for one if all are taken.
  private Slot takeSlot() throws IOException {
    for (int number = 0; number < SlotFiles.SLOTS; number++) {
      FileChannel channel = lockFile(number);
      if (channel.tryLock() != null) {
        return new Slot(number, channel);
      }
      channel.close();
    }
    int number = (int) Long.remainderUnsigned(System.nanoTime(), SlotFiles.SLOTS);
    FileChannel channel = lockFile(number);
    channel.lock();
    return new Slot(number, channel);
  }

  private FileChannel lockFile(int number) throws IOException {
    return FileChannel.open(files.lock(number), StandardOpenOption.WRITE);
  }

  private DaemonAnswer away(String why) {
    return new DaemonAnswer.Away(
        new PluginError(
            PluginError.TRY_AGAIN_LATER,
            "the brindle node daemon is not running: " + why,
            "start it with 'brindle node run', or look at its log"));
  }

  private DaemonAnswer failed(Exception e) {
    if (!Files.exists(files.daemonLock())) {
      return away("there is no " + files.daemonLock());
    }
    return new DaemonAnswer.Away(
        new PluginError(
            PluginError.IO_FAILURE,
            "cannot talk to the brindle node daemon in %s: %s".formatted(files.directory(), e),
            ""));
  }

  /// Asks. A class with a name: a lambda costs a millisecond here.
  private final class Talk implements Runnable {

    private final byte[] call;

    Talk(byte[] call) {
      this.call = call;
    }

    @Override
    public void run() {
      answers.add(talk(call));
    }
  }

  /// Waits for the daemon to die.
  private final class Watch implements Runnable {

    private final FileChannel daemon;

    Watch(FileChannel daemon) {
      this.daemon = daemon;
    }

    @Override
    public void run() {
      try {
        FileLock lock = daemon.lock(SlotFiles.ALIVE_BYTE, 1, true);
        answers.add(away(ENDED));
        lock.release();
      } catch (IOException e) {
        answers.add(failed(e));
      }
    }
  }

  /// A pair of FIFOs that is ours while the lock file is open.
  private record Slot(int number, FileChannel lock) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      lock.close();
    }
  }
}
