// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.netlink.ConntrackMessages;
import dev.brindle.linux.netlink.ConntrackMessages.Endpoint;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.Refusal;
import java.time.Duration;
import java.util.List;

/// A node's table of connections, filled with conversations that nobody has. Each namespace has a
/// count of its own; the limit is the machine's.
final class ConnectionFaults {

  /// Each takes some 300 bytes of the machine's memory.
  private static final long MOST = 300_000;

  private static final int AT_ONCE = 500;
  private static final int PORTS = 1 << 14;
  private static final int FIRST_PORT = 1024;
  private static final Duration LONG = Duration.ofDays(1);

  /// RFC 2544: for measurements, and in nobody's network.
  private static final Endpoint NOBODY = new Endpoint(IpAddress.parse("198.19.255.255"), 9);

  private ConnectionFaults() {}

  static void full(Patient patient) {
    fill(patient, 97, IpAddress.parse("198.18.0.0"), 0xb21d_0001);
  }

  static void fills(Patient patient) {
    fill(patient, 85, IpAddress.parse("198.19.0.0"), 0xb21d_0002);
  }

  /// @param first of the addresses that talk to nobody
  private static void fill(Patient patient, int percent, IpAddress first, int mark) {
    long most = number(patient, "net/netfilter/nf_conntrack_max");
    if (most > MOST) {
      throw new IllegalStateException(
          "net.netfilter.nf_conntrack_max of this machine is %d; so many connections take too much memory, expected at most %d"
              .formatted(most, MOST));
    }
    long missing = most * percent / 100 - number(patient, "net/netfilter/nf_conntrack_count");
    try (NetlinkSocket socket = open(patient)) {
      patient.later(() -> forget(patient, mark));
      for (long done = 0; done < missing; done += AT_ONCE) {
        var out = new MessageWriter();
        for (long i = done; i < Math.min(missing, done + AT_ONCE); i++) {
          var from = new Endpoint(first.plus(i / PORTS), FIRST_PORT + (int) (i % PORTS));
          ConntrackMessages.create(out, from, NOBODY, mark, LONG);
        }
        refuse(socket.run(out));
      }
    }
  }

  private static void forget(Patient patient, int mark) {
    var out = new MessageWriter();
    ConntrackMessages.deleteMarked(out, mark);
    try (NetlinkSocket socket = open(patient)) {
      refuse(socket.run(out));
    }
  }

  private static void refuse(List<Refusal> refusals) {
    refusals.stream()
        .findFirst()
        .ifPresent(
            each -> {
              throw each.asException("table of connections");
            });
  }

  private static NetlinkSocket open(Patient patient) {
    return patient
        .host()
        .inside(() -> NetlinkSocket.open(patient.rig().libc(), NetlinkSocket.Family.NETFILTER));
  }

  private static long number(Patient patient, String path) {
    return patient
        .kernel()
        .sysctl()
        .read(path)
        .map(String::strip)
        .map(Long::parseLong)
        .orElseThrow(
            () -> new IllegalStateException("this kernel makes no table of connections: " + path));
  }
}
