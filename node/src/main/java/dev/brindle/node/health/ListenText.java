// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import dev.brindle.api.net.IpAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// An address to listen on as people write it: `127.0.0.1:9099`, `[::1]:9099`, and `*:9091` for all
/// addresses.
public final class ListenText {

  private ListenText() {}

  public static String of(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    if (host == null) {
      return "%s:%d".formatted(address.getHostString(), address.getPort());
    }
    String text = IpAddress.ofBytes(host.getAddress()).toString();
    String shown =
        host.isAnyLocalAddress() ? "*" : host instanceof Inet6Address ? "[" + text + "]" : text;
    return "%s:%d".formatted(shown, address.getPort());
  }
}
