// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.List;

/// What became of a prefix.
public sealed interface RouteUpdate {

  Cidr prefix();

  /// Reachable through the gateways; several if paths tie (ECMP). Gateways are BGP next hops as
  /// peers announced them: addresses, not yet interfaces.
  ///
  /// @param isInternal the best path came from a peer of our own AS
  /// @param localPreference of the best path
  /// @param links gateways beside those, whose interfaces are known
  record Reachable(
      Cidr prefix,
      List<IpAddress> gateways,
      boolean isInternal,
      long localPreference,
      List<LinkGateway> links)
      implements RouteUpdate {

    public Reachable {
      gateways = List.copyOf(gateways);
      links = List.copyOf(links);
    }

    public Reachable(
        Cidr prefix, List<IpAddress> gateways, boolean isInternal, long localPreference) {
      this(prefix, gateways, isInternal, localPreference, List.of());
    }
  }

  /// Packets to it are dropped: somebody asked for that (RFC 7999).
  record Discarded(Cidr prefix) implements RouteUpdate {}

  record Gone(Cidr prefix) implements RouteUpdate {}
}
