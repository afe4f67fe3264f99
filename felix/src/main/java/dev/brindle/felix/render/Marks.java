// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

/// Which bits of the packet mark mean what, taken from the mask, lowest first, as Calico does.
///
/// @param accept policy lets the packet through
/// @param pass on with the next tier
record Marks(int accept, int pass) {

  private static final int NEEDED_BITS = 4;

  /// @throws IllegalArgumentException if the mask has fewer than four bits
  static Marks of(int mask) {
    if (Integer.bitCount(mask) < NEEDED_BITS) {
      throw new IllegalArgumentException(
          "mark mask 0x%08x has %d bits, at least %d are needed"
              .formatted(mask, Integer.bitCount(mask), NEEDED_BITS));
    }
    int accept = Integer.lowestOneBit(mask);
    return new Marks(accept, Integer.lowestOneBit(mask & ~accept));
  }

  int both() {
    return accept | pass;
  }
}
