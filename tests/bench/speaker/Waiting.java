// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/// For what another process does.
final class Waiting {

  private static final long PATIENCE = 30_000;
  private static final long LOOK = 50;

  private Waiting() {}

  /// @throws IOException if it has ended, or takes too long
  static void untilListening(Process process, InetSocketAddress address)
      throws IOException, InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE;
    while (process.isAlive() && System.currentTimeMillis() < end) {
      try (Socket socket = new Socket()) {
        socket.connect(address);
        return;
      } catch (ConnectException e) {
        Thread.sleep(LOOK);
      }
    }
    throw new IOException("nobody listens at " + address);
  }

  /// Until they have nothing to do for a moment.
  static void untilIdle(List<ProcessHandle> processes) throws InterruptedException {
    long end = System.currentTimeMillis() + PATIENCE;
    Duration before = cpu(processes);
    while (System.currentTimeMillis() < end) {
      Thread.sleep(10 * LOOK);
      Duration now = cpu(processes);
      if (now.minus(before).toMillis() < LOOK) {
        return;
      }
      before = now;
    }
  }

  static Duration cpu(List<ProcessHandle> processes) {
    return processes.stream()
        .map(it -> it.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
