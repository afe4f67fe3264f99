// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/// One call to the daemon, which alone has the other ends of the FIFOs: they break off when it
/// ends, so this never waits for one that is dead.
///
/// Uses files only: a Unix socket would double the time this program takes to start.
final class DaemonCall {

  private static final int DRAIN_BYTES = 1 << 16;

  private final SlotFiles files;
  private final Map<String, String> environment;

  DaemonCall(Map<String, String> environment) {
    this.files = SlotFiles.of(environment);
    this.environment = environment;
  }

  /// @param input what of the call the plugins get that the daemon has us run
  DaemonAnswer ask(byte[] call, byte[] input) {
    try (Slot slot = takeSlot();
        FileInputStream out = reading(files.out(slot.number()));
        FileOutputStream in = writing(files.in(slot.number()))) {
      return talk(call, input, in, out);
    } catch (NoSuchFileException e) {
      return away("there is no " + e.getFile());
    } catch (IOException e) {
      return new DaemonAnswer.Away(new PluginError(PluginError.IO_FAILURE, e.toString(), ""));
    }
  }

  /// To open a FIFO for one direction waits for the other side, which may be dead; for both it does
  /// not. Once the second one here is closed, only the daemon's counts. None of this makes a file.
  private static FileInputStream reading(Path fifo) throws IOException {
    try (var _ = bothWays(fifo)) {
      return new FileInputStream(fifo.toFile());
    }
  }

  private static FileOutputStream writing(Path fifo) throws IOException {
    try (var _ = bothWays(fifo)) {
      return new FileOutputStream(fifo.toFile());
    }
  }

  private static FileChannel bothWays(Path fifo) throws IOException {
    return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private DaemonAnswer talk(byte[] call, byte[] input, FileOutputStream in, FileInputStream out)
      throws IOException {
    drain(out);
    // grows from call to call, in all processes of this machine (CLOCK_MONOTONIC)
    long number = System.nanoTime();
    byte[] told = call;
    while (true) {
      try {
        SlotMessages.write(in, number, told);
      } catch (IOException _) {
        return away("nobody answers in " + files.directory());
      }
      byte[] answer;
      try {
        answer = SlotMessages.readReply(out, number);
      } catch (IOException _) {
        return away("it ended during the call");
      }
      if (!Delegate.isWanted(answer)) {
        return new DaemonAnswer.Reply(PluginReply.decode(answer));
      }
      told = Delegate.run(answer, input, environment);
    }
  }

  /// What is there before we asked was for someone who died.
  private static void drain(FileInputStream out) throws IOException {
    while (out.available() > 0) {
      if (out.read(new byte[DRAIN_BYTES]) < 0) {
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

  private static DaemonAnswer away(String why) {
    return new DaemonAnswer.Away(PluginError.away(why));
  }

  /// A pair of FIFOs that is ours while the lock file is open.
  private record Slot(int number, FileChannel lock) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      lock.close();
    }
  }
}
