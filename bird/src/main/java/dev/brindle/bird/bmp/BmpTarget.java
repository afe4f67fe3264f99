// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bmp;

import dev.brindle.api.net.IpAddress;
import java.time.Duration;
import java.util.Set;

/// A monitoring station, and what it is told.
///
/// @param stats how often it gets counts; zero for never
public record BmpTarget(IpAddress address, int port, Set<BmpView> views, Duration stats) {

  public static final int PORT = 11019;

  private static final long MAX_STATS = 86_400;

  /// @throws IllegalArgumentException if a number is out of its range
  public BmpTarget {
    views = Set.copyOf(views);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port %d is not in 1..65535".formatted(port));
    }
    if (!stats.isZero() && (stats.toSeconds() < 1 || stats.toSeconds() > MAX_STATS)) {
      throw new IllegalArgumentException(
          "stats %d ms is neither 0 nor 1 s to a day".formatted(stats.toMillis()));
    }
  }

  public boolean isSameStation(BmpTarget other) {
    return address.equals(other.address) && port == other.port;
  }

  @Override
  public String toString() {
    return (address.isIpv4() ? "%s:%d" : "[%s]:%d").formatted(address, port);
  }
}
