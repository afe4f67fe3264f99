// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.host;

import dev.brindle.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the supervisor makes of its fresh namespaces before anything else.
public final class Ground {

  private static final Path RUN = Path.of("/run");
  private static final long MS_NOSUID = 2;
  private static final long MS_NODEV = 4;

  private Ground() {}

  /// Gives the lab a `/run` of its own, in memory.
  ///
  /// @throws IllegalStateException outside namespaces of our own, before anything is touched
  public static void prepare(Libc libc) throws IOException {
    if (ProcessHandle.current().pid() != 1) {
      throw new IllegalStateException(
          "the supervisor runs as the first process of its own PID namespace;"
              + " start it by: brindle lab");
    }
    libc.mount("tmpfs", RUN.toString(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    for (String directory : new String[] {"netns", "lock", "brindle", "brindle/tmp"}) {
      Files.createDirectory(RUN.resolve(directory));
    }
  }
}
