// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.Protocol;

/// One element of a set or map.
public sealed interface NftElement {

  record Net(Cidr cidr) implements NftElement {}

  record Endpoint(IpAddress address, Protocol protocol, int port) implements NftElement {}

  /// Packets of this interface go to this chain.
  record GoTo(String interfaceName, String chain) implements NftElement {}
}
