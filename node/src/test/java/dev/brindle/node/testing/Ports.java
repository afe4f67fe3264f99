// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports for what is started by a test, below those that the kernel gives to callers by itself
/// (net.ipv4.ip_local_port_range): nobody takes one between the look and the use.
public final class Ports {

  private static final int LAST = 32_767;

  private static final AtomicInteger NEXT =
      new AtomicInteger(12_000 + (int) (ProcessHandle.current().pid() % 100) * 100);

  private Ports() {}

  /// Nobody listens there, at any address, and nobody is given it again.
  public static int free() {
    for (int port = NEXT.getAndIncrement(); port <= LAST; port = NEXT.getAndIncrement()) {
      try (ServerSocket socket = new ServerSocket(port, 1)) {
        return socket.getLocalPort();
      } catch (BindException _) {
        // outside of a namespace of our own others live here
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("no port is left below " + LAST);
  }
}
