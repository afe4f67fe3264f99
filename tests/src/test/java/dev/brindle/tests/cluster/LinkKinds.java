// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Kinds of interfaces that not every kernel has.
final class LinkKinds {

  /// One between nobodies: one between any is there already where the kernel knows the kind.
  private static final String TRIAL =
      "ip link add probe type ipip local 192.0.2.1 remote 192.0.2.2";

  private LinkKinds() {}

  /// Skips the test where there is none.
  static void needIpip() {
    assumeTrue(hasIpip(), "this kernel has no ipip");
  }

  private static boolean hasIpip() {
    String own = "unshare --net %1$s || unshare --user --map-root-user --net %1$s".formatted(TRIAL);
    try {
      Process process =
          new ProcessBuilder(List.of("sh", "-c", own))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
