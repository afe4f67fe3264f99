// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// A daemon in a process of its own, to be killed. Prints `.` when it answers, and `!` when a call
/// has come; it never answers one.
final class CniServerHolder {

  private CniServerHolder() {}

  public static void main(String[] arguments) throws Exception {
    var forever = new CountDownLatch(1);
    try (CniServer _ =
        CniServer.start(
            new SlotFiles(Path.of(arguments[0])),
            CniServerHolder::makeFifo,
            (_, _) -> {
              System.out.print('!');
              System.out.flush();
              awaitQuietly(forever);
              return PluginReply.success("");
            })) {
      System.out.print('.');
      System.out.flush();
      forever.await();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What the daemon does by mkfifo(3), by the program of that name.
  static void makeFifo(Path path) throws IOException {
    try {
      Process mkfifo = new ProcessBuilder("mkfifo", "-m", "600", path.toString()).start();
      if (mkfifo.waitFor() != 0) {
        throw new IOException(
            new String(mkfifo.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
