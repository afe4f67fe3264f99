// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.IpFamily;
import java.util.Optional;

/// The families of routes we carry.
public enum Family {
  IPV4_UNICAST(1, IpFamily.IPV4, "ipv4-unicast"),
  IPV6_UNICAST(2, IpFamily.IPV6, "ipv6-unicast");

  private static final int UNICAST = 1;

  private final int afi;
  private final IpFamily ip;
  private final String text;

  Family(int afi, IpFamily ip, String text) {
    this.afi = afi;
    this.ip = ip;
    this.text = text;
  }

  public AfiSafi wire() {
    return new AfiSafi(afi, UNICAST);
  }

  /// A small number of its own, from 0: for arrays with a place for each family.
  public int index() {
    return afi - 1;
  }

  public IpFamily ip() {
    return ip;
  }

  /// Empty for a family we do not carry.
  public static Optional<Family> of(AfiSafi wire) {
    for (Family family : values()) {
      if (family.wire().equals(wire)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }

  public static Family of(IpFamily ip) {
    return switch (ip) {
      case IPV4 -> IPV4_UNICAST;
      case IPV6 -> IPV6_UNICAST;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
