// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.ListenAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Our addresses as the JDK's, and back.
final class SocketAddresses {

  private static final int MAPPED_PREFIX = 12;

  private SocketAddresses() {}

  static InetSocketAddress of(IpAddress address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.bytes()), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 4 or 16 bytes is no address", e);
    }
  }

  /// Unspecified stands for both families.
  static InetSocketAddress of(ListenAddress listen) {
    return listen.address().isUnspecified()
        ? new InetSocketAddress(listen.port())
        : of(listen.address(), listen.port());
  }

  /// An IPv4 peer on a socket for both families counts as IPv4.
  static IpAddress from(InetSocketAddress socket) {
    byte[] bytes = socket.getAddress().getAddress();
    return socket.getAddress() instanceof Inet6Address && isMapped(bytes)
        ? IpAddress.ofBytes(Arrays.copyOfRange(bytes, MAPPED_PREFIX, bytes.length))
        : IpAddress.ofBytes(bytes);
  }

  private static boolean isMapped(byte[] bytes) {
    for (int i = 0; i < MAPPED_PREFIX; i++) {
      if (bytes[i] != (i < MAPPED_PREFIX - 2 ? 0 : (byte) 0xff)) {
        return false;
      }
    }
    return true;
  }
}
