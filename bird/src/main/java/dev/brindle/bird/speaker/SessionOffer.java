// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.SessionSettings;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRole;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Open;
import java.util.ArrayList;
import java.util.List;

/// What we offer a peer, from how it is configured.
final class SessionOffer {

  private SessionOffer() {}

  /// @param identifier ours
  /// @param isRestarting we have not heard everything again yet (RFC 4724 §4.1)
  /// @param forwards packets still go where the peer was told they go
  static SessionSettings of(
      PeerConfig peer, IpAddress identifier, boolean isRestarting, boolean forwards) {
    Open ours =
        new Open(
            peer.localAs(),
            (int) peer.timing().holdTime().toSeconds(),
            identifier,
            capabilities(peer, isRestarting, forwards));
    return new SessionSettings(
        ours,
        peer.accepted(),
        peer.passive(),
        peer.timing().connectRetry(),
        peer.timing().keepalive(),
        peer.routing().role().filter(PeerRole::isStrict).isPresent(),
        peer.isMember());
  }

  private static List<Capability> capabilities(
      PeerConfig peer, boolean isRestarting, boolean forwards) {
    List<Capability> capabilities = new ArrayList<>();
    List<Capability.RestartFamily> restart = new ArrayList<>();
    for (Family family : Family.values()) {
      if (peer.routing().families().contains(family)) {
        capabilities.add(new Capability.Multiprotocol(family.wire()));
        restart.add(new Capability.RestartFamily(family.wire(), forwards));
      }
    }
    if (peer.routing().extendedNextHop()) {
      capabilities.add(Capability.ExtendedNextHop.ipv4OverIpv6());
    }
    capabilities.add(new Capability.RouteRefresh());
    capabilities.add(new Capability.EnhancedRouteRefresh());
    capabilities.add(new Capability.ExtendedMessage());
    capabilities.add(new Capability.FourOctetAs(peer.localAs()));
    if (peer.isOutside()) {
      peer.routing()
          .role()
          .ifPresent(role -> capabilities.add(new Capability.BgpRole(role.ours().code())));
    }
    AddPath addPath = peer.routing().addPath();
    if (addPath.isOn()) {
      capabilities.add(
          new Capability.AddPath(
              restart.stream()
                  .map(it -> new Capability.AddPathFamily(it.family(), addPath.mode()))
                  .toList()));
    }
    int seconds = (int) peer.timing().restart().toSeconds();
    int longer = (int) peer.timing().longLived().toSeconds();
    if (seconds > 0 || longer > 0) {
      capabilities.add(new Capability.GracefulRestart(isRestarting, true, seconds, restart));
    }
    if (longer > 0) {
      capabilities.add(
          new Capability.LongLivedRestart(
              restart.stream()
                  .map(it -> new Capability.LongLivedFamily(it.family(), forwards, longer))
                  .toList()));
    }
    return capabilities;
  }
}
