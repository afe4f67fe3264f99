// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import dev.brindle.linux.libc.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the kernel counts of UDP over IPv4 in one network namespace.
///
/// @param receiveBufferErrors datagrams that came and found no room in the buffer of their socket
record UdpCounters(long receiveBufferErrors) {

  private static final Path FILE = Path.of("/proc/thread-self/net/snmp");
  private static final String LINE = "Udp: ";

  static UdpCounters in(NetworkNamespace namespace) {
    return read(namespace.call(() -> Files.readAllLines(FILE)));
  }

  /// @param lines two for each protocol: the names, and below them the values
  static UdpCounters read(List<String> lines) {
    List<List<String>> both =
        lines.stream()
            .filter(line -> line.startsWith(LINE))
            .map(line -> List.of(line.split(" ")))
            .toList();
    int column = both.getFirst().indexOf("RcvbufErrors");
    return new UdpCounters(Long.parseLong(both.get(1).get(column)));
  }
}
