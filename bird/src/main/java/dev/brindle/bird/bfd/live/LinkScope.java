// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/// On which link an address is: the same link-local one may be on several. The JDK's own comparison
/// of addresses leaves this out.
final class LinkScope {

  /// Of an address that is the same on all links.
  static final int ANY = 0;

  /// There is no such interface now.
  static final int NONE = -1;

  private LinkScope() {}

  /// Where a packet came from.
  static int of(InetAddress sender) {
    return sender instanceof Inet6Address address && address.isLinkLocalAddress()
        ? address.getScopeId()
        : ANY;
  }

  static int of(BfdTarget target) {
    return target.link().map(LinkScope::index).orElse(ANY);
  }

  private static int index(String link) {
    try {
      NetworkInterface found = NetworkInterface.getByName(link);
      return found == null ? NONE : found.getIndex();
    } catch (SocketException e) {
      return NONE; // nothing can be said of interfaces: as if it were not there
    }
  }
}
