// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

/// Ports from `min` to `max`, both included.
public record PortRange(int min, int max) implements Port, Comparable<PortRange> {

  private static final int MAX_PORT = 65_535;

  /// @throws IllegalArgumentException if the range is empty or out of 0..65535
  public PortRange {
    if (min < 0 || max > MAX_PORT || min > max) {
      throw new IllegalArgumentException(
          "port range %d:%d is not within 0..65535, smaller first".formatted(min, max));
    }
  }

  public static PortRange of(int port) {
    return new PortRange(port, port);
  }

  /// Reads `80` or `1024:2048`.
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  public static PortRange parse(String text) {
    try {
      int colon = text.indexOf(':');
      if (colon < 0) {
        return of(port(text));
      }
      return new PortRange(port(text.substring(0, colon)), port(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'%s' is not a port or a range".formatted(text), e);
    }
  }

  private static int port(String text) {
    return (int) Math.min(Decimal.parse(text), Integer.MAX_VALUE);
  }

  public boolean isSingle() {
    return min == max;
  }

  public boolean contains(int port) {
    return min <= port && port <= max;
  }

  @Override
  public int compareTo(PortRange other) {
    int byMin = Integer.compare(min, other.min);
    return byMin != 0 ? byMin : Integer.compare(max, other.max);
  }

  /// `80` or `1024:2048`.
  @Override
  public String toString() {
    return isSingle() ? Integer.toString(min) : min + ":" + max;
  }
}
