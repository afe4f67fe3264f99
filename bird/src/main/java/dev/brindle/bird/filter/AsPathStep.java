// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

/// One step of a compiled pattern; the next is the one after it, unless it says otherwise.
sealed interface AsPathStep {

  /// One character of a set of ASCII ones.
  record Take(long low, long high) implements AsPathStep {

    boolean takes(char c) {
      return c < 64 ? (low >>> c & 1) != 0 : c < 128 && (high >>> (c - 64) & 1) != 0;
    }
  }

  /// On at both.
  record Fork(int one, int other) implements AsPathStep {}

  /// Only at the beginning of the path.
  record Begin() implements AsPathStep {}

  /// Only at its end.
  record End() implements AsPathStep {}

  record Found() implements AsPathStep {}
}
