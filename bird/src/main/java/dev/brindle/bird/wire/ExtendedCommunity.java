// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// A community of RFC 4360: eight octets, of which the first says the kind.
public record ExtendedCommunity(long value) {

  private static final long NON_TRANSITIVE = 1L << 62;

  /// Whether it may cross into another AS (RFC 4360 §2).
  public boolean isTransitive() {
    return (value & NON_TRANSITIVE) == 0;
  }

  @Override
  public String toString() {
    return "%016x".formatted(value);
  }
}
