// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An IP protocol, by number; the six that Calico knows by name are printed by name.
///
/// @param number 0 to 255; 0 is only ever "any" on the wire and no rule may name it
/// @param isWrittenAsNumber how it was written, which makes no other protocol of it
public record Protocol(int number, boolean isWrittenAsNumber) {

  public static final Protocol ICMP = new Protocol(1);
  public static final Protocol IPIP = new Protocol(4);
  public static final Protocol TCP = new Protocol(6);
  public static final Protocol UDP = new Protocol(17);
  public static final Protocol ICMPV6 = new Protocol(58);
  public static final Protocol SCTP = new Protocol(132);
  public static final Protocol UDP_LITE = new Protocol(136);

  private static final Map<String, Protocol> BY_NAME =
      Map.of(
          "TCP", TCP, "UDP", UDP, "ICMP", ICMP, "ICMPv6", ICMPV6, "SCTP", SCTP, "UDPLite",
          UDP_LITE);

  /// @throws IllegalArgumentException if `number` is out of range
  public Protocol {
    if (number < 0 || number > 255) {
      throw new IllegalArgumentException("protocol %d is not in 0..255".formatted(number));
    }
  }

  public Protocol(int number) {
    this(number, false);
  }

  /// Reads `TCP`, `ICMPv6`, ... (case counts) or a number.
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  public static Protocol parse(String text) {
    Protocol named = BY_NAME.get(text);
    if (named != null) {
      return named;
    }
    try {
      return new Protocol((int) Math.min(Decimal.parse(text), Integer.MAX_VALUE), true);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "protocol '%s' is not one of TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite or a number"
              .formatted(text),
          e);
    }
  }

  /// `TCP`, if it is one of the six.
  public Optional<String> name() {
    return BY_NAME.entrySet().stream()
        .filter(entry -> entry.getValue().equals(this))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// TCP, UDP, SCTP and UDPLite have ports.
  public boolean hasPorts() {
    return equals(TCP) || equals(UDP) || equals(SCTP) || equals(UDP_LITE);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Protocol protocol && protocol.number == number;
  }

  @Override
  public int hashCode() {
    return Integer.hashCode(number);
  }

  @Override
  public String toString() {
    return name().orElseGet(() -> Integer.toString(number));
  }
}
