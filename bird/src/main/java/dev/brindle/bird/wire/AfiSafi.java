// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// An address family on the wire: AFI and SAFI (RFC 4760 §3).
public record AfiSafi(int afi, int safi) {

  @Override
  public String toString() {
    return afi + "/" + safi;
  }
}
