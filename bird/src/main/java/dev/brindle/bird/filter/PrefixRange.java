// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;

/// All prefixes inside one, of certain lengths.
public record PrefixRange(Cidr inside, int min, int max) {

  /// @throws IllegalArgumentException if no prefix inside has such a length
  public PrefixRange {
    int bits = inside.family().bits();
    if (min < inside.length() || max < min || max > bits) {
      throw new IllegalArgumentException(
          "lengths %d-%d are not within %d-%d, those inside %s"
              .formatted(min, max, inside.length(), bits, inside));
    }
  }

  public static PrefixRange exactly(Cidr prefix) {
    return new PrefixRange(prefix, prefix.length(), prefix.length());
  }

  public static PrefixRange orLonger(Cidr prefix) {
    return new PrefixRange(prefix, prefix.length(), prefix.family().bits());
  }

  public boolean contains(Cidr prefix) {
    return prefix.length() >= min && prefix.length() <= max && inside.contains(prefix);
  }
}
