// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.IpAddress;

/// Where we can be called.
///
/// @param address unspecified for every address of both families
public record ListenAddress(IpAddress address, int port) {

  public static final int BGP_PORT = 179;

  /// @throws IllegalArgumentException if the port is out of range
  public ListenAddress {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port %d is not in 1..65535".formatted(port));
    }
  }

  /// `192.0.2.1:179` or `[2001:db8::1]:179`.
  @Override
  public String toString() {
    return address.isIpv6() ? "[%s]:%d".formatted(address, port) : address + ":" + port;
  }
}
