// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.node.doctor.check.PathCheck.Echo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Sends UDP that must not be taken apart to a port where nobody listens: whoever gets it says so
/// by ICMP, and so does whoever cannot pass it on.
final class PathProbe {

  private static final int CLOSED_PORT = 33_435; // traceroute's
  private static final int DATAGRAM = 2 | 0x8_0000;
  private static final int IPV4 = 2;
  private static final int IPV6 = 10;
  private static final int IPV6_LEVEL = 41;
  private static final int DISCOVER = 10;
  private static final int DISCOVER_6 = 23;
  private static final int DO_NOT_FRAGMENT = 2;
  private static final int MTU = 14;
  private static final int MTU_6 = 24;
  private static final int UDP_HEADER = 8;
  private static final int TRIES = 3;
  private static final long LOOK_NANOS = 2_000_000;
  private static final int EMSGSIZE = 90;
  private static final int ECONNREFUSED = 111;

  private final Libc libc = JnrLibc.get();
  private final NetworkNamespace namespace;
  private final Duration patience;

  /// @param patience for each try
  PathProbe(NetworkNamespace namespace, Duration patience) {
    this.namespace = namespace;
    this.patience = patience;
  }

  /// @param from our address
  /// @param size of the whole packet
  Echo ask(IpAddress from, IpAddress to, int size) {
    boolean isV4 = to.isIpv4();
    int fd = namespace.call(() -> libc.socket(isV4 ? IPV4 : IPV6, DATAGRAM, 0));
    try {
      return ask(fd, from, to, size);
    } finally {
      libc.close(fd);
    }
  }

  private Echo ask(int fd, IpAddress from, IpAddress to, int size) {
    boolean isV4 = to.isIpv4();
    int payload = size - (isV4 ? 20 : 40) - UDP_HEADER;
    try {
      libc.setOption(fd, level(isV4), isV4 ? DISCOVER : DISCOVER_6, number(DO_NOT_FRAGMENT));
      libc.bind(fd, address(from, 0));
      libc.connect(fd, address(to, CLOSED_PORT));
      for (int i = 0; i < TRIES; i++) {
        libc.send(fd, ByteBuffer.allocateDirect(payload));
        if (isAnswered(fd)) {
          libc.receive(fd, ByteBuffer.allocateDirect(1), new byte[28]);
          return new Echo.Arrived(); // somebody listens there, even
        }
      }
      return new Echo.Silence();
    } catch (KernelException e) {
      return echo(fd, isV4, e);
    }
  }

  private Echo echo(int fd, boolean isV4, KernelException e) {
    return switch (e.errno().number()) {
      case ECONNREFUSED -> new Echo.Arrived();
      case EMSGSIZE -> new Echo.TooLarge(libc.option(fd, level(isV4), isV4 ? MTU : MTU_6));
      default ->
          e.errno().equals(Errno.EPERM)
              ? new Echo.Refused("a firewall of this node does not let it out")
              : new Echo.Refused(String.valueOf(e.getMessage()));
    };
  }

  private boolean isAnswered(int fd) {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < end) {
      if (libc.isReadable(fd)) {
        return true;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return false;
  }

  private static int level(boolean isV4) {
    return isV4 ? 0 : IPV6_LEVEL;
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  /// A `struct sockaddr_in` or `sockaddr_in6`.
  private static byte[] address(IpAddress address, int port) {
    boolean isV4 = address.isIpv4();
    ByteBuffer bytes = ByteBuffer.allocate(isV4 ? 16 : 28).order(ByteOrder.nativeOrder());
    bytes.putShort((short) (isV4 ? IPV4 : IPV6));
    bytes.order(ByteOrder.BIG_ENDIAN).putShort((short) port);
    bytes.position(isV4 ? 4 : 8);
    return bytes.put(address.bytes()).array();
  }
}
