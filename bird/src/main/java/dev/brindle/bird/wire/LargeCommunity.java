// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import java.util.Comparator;

/// A community of RFC 8092: `64512:1:2`, three unsigned 32-bit numbers.
public record LargeCommunity(int administrator, int first, int second)
    implements Comparable<LargeCommunity> {

  private static final Comparator<LargeCommunity> ORDER =
      Comparator.<LargeCommunity>comparingLong(it -> Integer.toUnsignedLong(it.administrator))
          .thenComparingLong(it -> Integer.toUnsignedLong(it.first))
          .thenComparingLong(it -> Integer.toUnsignedLong(it.second));

  @Override
  public int compareTo(LargeCommunity other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return Integer.toUnsignedString(administrator)
        + ":"
        + Integer.toUnsignedString(first)
        + ":"
        + Integer.toUnsignedString(second);
  }
}
