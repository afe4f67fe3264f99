// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import java.util.Optional;

/// An address together with the length of its network, as an interface has it: `192.0.2.7/24`.
///
/// @param length in bits, 0 to 32 or 0 to 128
public record InterfaceAddress(IpAddress address, int length) {

  private static final int MAX_LENGTH_DIGITS = 3;

  /// @throws IllegalArgumentException if `length` does not fit the family
  public InterfaceAddress {
    Cidr.checkLength(address, length);
  }

  /// Reads `192.0.2.7/24`; without a length it is the whole address.
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  public static InterfaceAddress parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      IpAddress address = IpAddress.parse(text);
      return new InterfaceAddress(address, address.family().bits());
    }
    String length = text.substring(slash + 1);
    boolean isNumber =
        !length.isEmpty()
            && length.length() <= MAX_LENGTH_DIGITS
            && length.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber) {
      throw new IllegalArgumentException("'%s' is not a CIDR".formatted(text));
    }
    return new InterfaceAddress(
        IpAddress.parse(text.substring(0, slash)), Integer.parseInt(length));
  }

  /// The same, with an empty result instead of an exception.
  public static Optional<InterfaceAddress> tryParse(String text) {
    try {
      return Optional.of(parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The network it is in.
  public Cidr cidr() {
    return new Cidr(address, length);
  }

  /// `192.0.2.7/24`.
  @Override
  public String toString() {
    return address + "/" + length;
  }
}
