// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What is left to do if nobody outside can clean up any more.
final class LastOrders {

  private static final int MOST_TRIES = 20;
  private static final long FIRST = 1;
  private static final int PATIENCE_MILLIS = 100;

  private LastOrders() {}

  /// Ends every other process of our PID namespace, then deletes the tour's directory: one that
  /// still ran would write to it again. Whoever of us goes on to start programs meanwhile finds
  /// none.
  static void clearTour(Path directory) {
    for (int tries = 1; tries <= MOST_TRIES; tries++) {
      endOthers();
      try {
        WorkDirectory.delete(directory);
      } catch (UncheckedIOException e) {
        continue; // somebody started meanwhile
      }
      if (others().isEmpty() && !Files.exists(directory)) {
        return;
      }
    }
  }

  /// The same for the user's lab. If another command has taken the lock since, the directory is its
  /// own by now.
  static void clearLab(Path directory) {
    endOthers();
    try (LabLock lock = LabLock.take(directory)) {
      lock.deleteDirectory();
      clearTour(directory);
    } catch (IllegalArgumentException _) {
      // theirs
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void endOthers() {
    List<ProcessHandle> others = others();
    others.forEach(ProcessHandle::destroyForcibly);
    others.forEach(LastOrders::awaitEnd);
  }

  private static List<ProcessHandle> others() {
    long own = ProcessHandle.current().pid();
    if (own != FIRST) {
      throw new IllegalStateException(
          "process %d is not the first of its PID namespace: others here are not ours to end"
              .formatted(own));
    }
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != own && !isZombie(process))
        .toList();
  }

  private static void awaitEnd(ProcessHandle process) {
    process.onExit().completeOnTimeout(process, PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  /// Those whose parents are gone stay so until we end: nobody but us could ask for their exit
  /// codes.
  private static boolean isZombie(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/%d/stat".formatted(process.pid())));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return true; // gone altogether
    }
  }
}
