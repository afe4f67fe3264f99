// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

/// Ports from `min` to `max`, both included.
public record PortRange(int min, int max) implements Port, Comparable<PortRange> {

  private static final int MAX_PORT = 65_535;

  /// @throws IllegalArgumentException if the range is empty or out of 0..65535
  public PortRange {
    if (min < 0 || max > MAX_PORT || min > max) {
      throw new IllegalArgumentException(fault(min, max));
    }
  }

  /// Begins as calicoctl's texts, which scripts look for.
  private static String fault(int min, int max) {
    if (min == max) {
      return "port %d is not in 0..65535".formatted(min);
    }
    if (min < 0 || min > MAX_PORT) {
      return "invalid minimum port number in range (%d:%d): not in 0..65535".formatted(min, max);
    }
    if (max > MAX_PORT) {
      return "invalid maximum port number in range (%d:%d): not in 0..65535".formatted(min, max);
    }
    return "minimum port number (%d) is greater than maximum port number (%d) in port range %d:%d"
        .formatted(min, max, min, max);
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
