// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bmp;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;

/// Whom a message is about: a peer, or for the routes we choose ourselves (RFC 9069 §4.1).
///
/// @param address of the peer; 0.0.0.0 if it is us
/// @param isLegacyAs AS numbers have two octets on its session
/// @param isLocal it is us
public record BmpPeer(
    IpAddress address, AsNumber as, IpAddress identifier, boolean isLegacyAs, boolean isLocal) {

  public static BmpPeer of(
      IpAddress address, AsNumber as, IpAddress identifier, boolean isLegacyAs) {
    return new BmpPeer(address, as, identifier, isLegacyAs, false);
  }

  public static BmpPeer local(AsNumber as, IpAddress identifier) {
    return new BmpPeer(IpAddress.ofIpv4(0), as, identifier, false, true);
  }
}
