// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import java.nio.charset.StandardCharsets;

/// The key of a session whose segments are signed (RFC 2385). It shows nowhere.
public record Password(String text) {

  private static final int MAX_OCTETS = 80;

  /// @throws IllegalArgumentException if it is empty or longer than the kernel takes
  public Password {
    int octets = text.getBytes(StandardCharsets.UTF_8).length;
    if (octets == 0 || octets > MAX_OCTETS) {
      throw new IllegalArgumentException(
          "the password has %d octets, not 1 to %d".formatted(octets, MAX_OCTETS));
    }
  }

  public byte[] octets() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "***";
  }
}
