// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.probe;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Echo requests on a raw socket (RFC 792, RFC 4443). Each has an identifier of its own, so that no
/// request passes as part of an earlier one's tracked connection.
final class IcmpEcho implements AutoCloseable {

  private static final AtomicInteger IDENTIFIERS =
      new AtomicInteger((int) ProcessHandle.current().pid() << 8);

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW = 3;
  private static final int IPPROTO_ICMP = 1;
  private static final int IPPROTO_ICMPV6 = 58;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int HEADER = 8;
  private static final int LARGEST = 2048;

  private final Libc libc;
  private final int fd;
  private final boolean isIpv4;

  private IcmpEcho(Libc libc, int fd, boolean isIpv4) {
    this.libc = libc;
    this.fd = fd;
    this.isIpv4 = isIpv4;
  }

  /// Opens a socket in the namespace of the calling thread.
  static IcmpEcho open(IpAddress to) {
    Libc libc = JnrLibc.get();
    boolean isIpv4 = to.isIpv4();
    int fd =
        libc.socket(isIpv4 ? AF_INET : AF_INET6, SOCK_RAW, isIpv4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    var echo = new IcmpEcho(libc, fd, isIpv4);
    try {
      libc.connect(fd, socketAddress(to));
      return echo;
    } catch (KernelException e) {
      echo.close();
      throw e;
    }
  }

  /// Asks once and waits for the answer.
  boolean ask(byte[] payload, Duration patience) {
    int identifier = IDENTIFIERS.incrementAndGet() & 0xffff;
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      libc.send(fd, request(identifier, payload));
      ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST);
      for (long left = patience.toNanos(); left > 0; left = deadline - System.nanoTime()) {
        libc.setOption(fd, SOL_SOCKET, SO_RCVTIMEO, timeval(left));
        int length = libc.receive(fd, buffer, new byte[28]);
        if (isAnswer(buffer, Math.min(length, LARGEST), identifier)) {
          return true;
        }
      }
      return false;
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EAGAIN)) {
        return false;
      }
      throw e;
    }
  }

  private boolean isAnswer(ByteBuffer packet, int length, int identifier) {
    int at = isIpv4 && length > 0 ? (packet.get(0) & 0xf) * Integer.BYTES : 0;
    int reply = isIpv4 ? 0 : 129;
    return length >= at + HEADER
        && (packet.get(at) & 0xff) == reply
        && (packet.order(ByteOrder.BIG_ENDIAN).getShort(at + 4) & 0xffff) == identifier;
  }

  private ByteBuffer request(int identifier, byte[] payload) {
    ByteBuffer message = ByteBuffer.allocateDirect(HEADER + payload.length);
    message.put((byte) (isIpv4 ? 8 : 128)).put((byte) 0).putShort((short) 0);
    message.putShort((short) identifier).putShort((short) 1).put(payload).flip();
    if (isIpv4) {
      message.putShort(2, checksum(message)); // for IPv6 the kernel does it
    }
    return message;
  }

  /// The Internet checksum (RFC 1071).
  private static short checksum(ByteBuffer message) {
    int sum = 0;
    for (int i = 0; i < message.limit(); i++) {
      int octet = message.get(i) & 0xff;
      sum += i % 2 == 0 ? octet << Byte.SIZE : octet;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }

  private static byte[] socketAddress(IpAddress to) {
    ByteBuffer address = ByteBuffer.allocate(to.isIpv4() ? 16 : 28);
    address.order(ByteOrder.nativeOrder()).putShort((short) (to.isIpv4() ? AF_INET : AF_INET6));
    address.position(to.isIpv4() ? 4 : 8);
    address.put(to.bytes());
    return address.array();
  }

  /// A `struct timeval` of two 64-bit words.
  private static byte[] timeval(long nanos) {
    ByteBuffer value = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    value.putLong(nanos / 1_000_000_000).putLong(Math.max(1, nanos % 1_000_000_000 / 1000));
    return value.array();
  }

  @Override
  public void close() {
    libc.close(fd);
  }
}
