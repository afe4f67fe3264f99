// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

/// Numbers from `min` to `max`, both included.
public record NumberRange(long min, long max) {

  /// @throws IllegalArgumentException if it would be empty or begin below 0
  public NumberRange {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException("%d-%d is no range of numbers".formatted(min, max));
    }
  }

  public boolean contains(long number) {
    return min <= number && number <= max;
  }
}
