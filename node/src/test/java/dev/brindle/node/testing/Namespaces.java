// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;

/// Network namespaces for tests. Where they are forbidden to us the test is skipped; what else the
/// kernel says no to is a fault.
public final class Namespaces {

  private static final int LOOPBACK = 1;

  private Namespaces() {}

  /// A new one.
  public static NetworkNamespace create() {
    try {
      return NetworkNamespace.create(JnrLibc.get());
    } catch (KernelException e) {
      throw refused(e);
    }
  }

  /// Brings loopback up in our own.
  public static void loopback() {
    try (LiveKernel own = LiveKernel.open()) {
      own.links().setUp(LOOPBACK, true);
    } catch (KernelException e) {
      throw refused(e);
    }
  }

  private static KernelException refused(KernelException e) {
    assumeTrue(
        !e.errno().equals(Errno.EPERM), () -> "needs to be root of a namespace: " + e.getMessage());
    return e;
  }
}
