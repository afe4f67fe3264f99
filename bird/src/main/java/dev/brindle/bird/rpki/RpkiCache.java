// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.api.net.IpAddress;

/// Where a cache is.
public record RpkiCache(IpAddress address, int port) {

  /// RFC 8210 §9.1, without TLS.
  public static final int PORT = 323;

  /// @throws IllegalArgumentException if the port is none
  public RpkiCache {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port %d is not in 1..65535".formatted(port));
    }
  }

  @Override
  public String toString() {
    return (address.isIpv4() ? "%s:%d" : "[%s]:%d").formatted(address, port);
  }
}
