// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// The sizes of run a `BlockArena` deals in, in units of 8 bytes: each up to 128, then four for
/// every doubling up to half a page. Larger ones stand alone.
final class RunSize {

  static final int CLASSES = 1 + 128 + 4 * 5;
  static final int ALONE = -1;

  private static final int EXACT = 128;
  private static final int MAX = EXACT << 5;

  private RunSize() {}

  /// The smallest class that holds so many units, or `ALONE`.
  static int of(int units) {
    if (units <= EXACT) {
      return units;
    }
    if (units > MAX) {
      return ALONE;
    }
    int top = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(units - 1);
    int quarter = ((units - 1) >>> (top - 2)) & 3;
    return EXACT + 4 * (top - 7) + quarter + 1;
  }

  static int units(int kind) {
    if (kind <= EXACT) {
      return kind;
    }
    int step = kind - EXACT - 1;
    return (step % 4 + 5) << (step / 4 + 5);
  }
}
