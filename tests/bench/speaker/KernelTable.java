// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The kernel's routes, in the network namespace we are in.
final class KernelTable {

  private static final Path STATISTICS = Path.of("/proc/self/net/fib_triestat");
  private static final String COUNT = "Prefixes:";

  private KernelTable() {}

  static boolean isCounted() {
    return Files.exists(STATISTICS);
  }

  /// How many IPv4 prefixes its main table has; without rules of one's own that is the local table too.
  static int prefixes() throws IOException {
    for (String line : Files.readAllLines(STATISTICS)) {
      if (line.strip().startsWith(COUNT)) {
        return Integer.parseInt(line.strip().substring(COUNT.length()).strip());
      }
    }
    throw new IOException("no %s in %s".formatted(COUNT, STATISTICS));
  }
}
