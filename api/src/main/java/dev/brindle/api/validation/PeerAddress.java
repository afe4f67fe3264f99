// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.IpAddress;
import java.util.Optional;

/// `192.0.2.1`, `192.0.2.1:1790`, `2001:db8::1` or `[2001:db8::1]:1790`.
///
/// @param port empty for the usual one
public record PeerAddress(IpAddress address, Optional<Integer> port) {

  private static final int MAX_PORT = 65_535;
  private static final int LONGEST_PORT = 5;

  /// Empty if `text` is anything else.
  public static Optional<PeerAddress> tryParse(String text) {
    Optional<PeerAddress> plain =
        IpAddress.tryParse(text).map(address -> new PeerAddress(address, Optional.empty()));
    if (plain.isPresent()) {
      return plain;
    }
    boolean isBracketed = text.startsWith("[");
    int colon = text.lastIndexOf(':');
    int end = isBracketed ? colon - 1 : colon;
    if (colon < 0 || end < 1 || (isBracketed && text.charAt(end) != ']')) {
      return Optional.empty();
    }
    return port(text.substring(colon + 1))
        .flatMap(
            port ->
                IpAddress.tryParse(text.substring(isBracketed ? 1 : 0, end))
                    .filter(address -> address.isIpv6() == isBracketed)
                    .map(address -> new PeerAddress(address, Optional.of(port))));
  }

  private static Optional<Integer> port(String text) {
    boolean isNumber =
        !text.isEmpty()
            && text.length() <= LONGEST_PORT
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return (isNumber ? Optional.of(Integer.parseInt(text)) : Optional.<Integer>empty())
        .filter(port -> 1 <= port && port <= MAX_PORT);
  }
}
