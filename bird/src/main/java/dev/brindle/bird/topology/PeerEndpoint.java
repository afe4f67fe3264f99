// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.IpAddress;
import java.util.Optional;

/// A peer's address, and its port if it is told: `192.0.2.1`, `192.0.2.1:1790`,
/// `[2001:db8::1]:1790`, `2001:db8::1`.
record PeerEndpoint(IpAddress address, Optional<Integer> port) {

  /// @throws IllegalArgumentException if `text` is anything else
  static PeerEndpoint parse(String text) {
    boolean isBracketed = text.startsWith("[");
    int colon = text.lastIndexOf(':');
    boolean hasPort =
        isBracketed ? colon > text.indexOf(']') : colon >= 0 && text.indexOf(':') == colon;
    String address = hasPort ? text.substring(0, colon) : text;
    if (isBracketed && address.endsWith("]")) {
      address = address.substring(1, address.length() - 1);
    }
    try {
      return new PeerEndpoint(
          IpAddress.parse(address),
          hasPort ? Optional.of(port(text.substring(colon + 1))) : Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "peerIP '%s' is not an address, or an address and a port".formatted(text), e);
    }
  }

  private static int port(String text) {
    int port = Integer.parseInt(text);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port %d is not in 1..65535".formatted(port));
    }
    return port;
  }
}
