// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

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

  /// Where a peer is called, on its interface if that matters.
  static InetSocketAddress of(PeerConfig peer) {
    InetSocketAddress plain = of(peer.address(), peer.port());
    return peer.zone().map(zone -> on(zone, plain)).orElse(plain);
  }

  private static InetSocketAddress on(String zone, InetSocketAddress plain) {
    try {
      return new InetSocketAddress(
          Inet6Address.getByAddress(null, plain.getAddress().getAddress(), index(zone)),
          plain.getPort());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 16 bytes is no address", e);
    }
  }

  /// 0 if there is no such interface now.
  private static int index(String zone) {
    try {
      NetworkInterface found = NetworkInterface.getByName(zone);
      return found == null ? 0 : found.getIndex();
    } catch (SocketException e) {
      return 0; // nothing can be said of interfaces: as if it were not there
    }
  }

  /// What else the interface of an address of ours has: a global one of the other family, the
  /// lowest, so that it is the same at each start. A link-local address may be that of several
  /// interfaces.
  static Optional<IpAddress> beside(IpAddress ours) {
    if (ours.isLinkLocal()) {
      return Optional.empty();
    }
    try {
      NetworkInterface found = NetworkInterface.getByInetAddress(of(ours, 0).getAddress());
      return found == null
          ? Optional.empty()
          : found
              .inetAddresses()
              .map(it -> IpAddress.ofBytes(it.getAddress()))
              .filter(it -> it.family() != ours.family() && it.isGlobalUnicast())
              .min(Comparator.naturalOrder());
    } catch (SocketException e) {
      return Optional.empty(); // nothing can be said of interfaces: as if it had no other
    }
  }

  static boolean isThere(String zone) {
    return index(zone) != 0;
  }

  /// Whether it may be the end of a connection of that interface; any is, of no interface.
  static boolean isInZone(InetSocketAddress socket, Optional<String> zone) {
    return zone.isEmpty()
        || (socket.getAddress() instanceof Inet6Address address
            && address.getScopeId() == index(zone.get()));
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
