// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.resource.BgpPeer;
import dev.brindle.bird.rib.NextHopMode;

/// What a BGPPeer says about the session itself, on both of its ends.
final class PeerSettings {

  private PeerSettings() {}

  /// @param isClient of our cluster
  /// @param bySelector then `numAllowedLocalASNumbers` does not apply
  static PeerConfig apply(
      PeerRules rules, PeerConfig base, BgpPeer peer, boolean isClient, boolean bySelector) {
    BgpPeer.Spec spec = peer.spec();
    String where = "BGPPeer " + peer.metadata().name();
    PeerRouting routing =
        base.routing()
            .withNextHop(nextHop(spec, base))
            .withReflectorClient(isClient)
            .withAllowedOwnAs(bySelector ? 0 : spec.numAllowedLocalASNumbers().orElse(0));
    PeerConfig configured =
        base.withRouting(routing)
            .withTiming(PeerTimes.of(spec))
            .withTtlSecurity(Math.max(0, spec.ttlSecurity().orElse(0)));
    PeerConfig filtered = rules.filters().apply(configured, spec.filters());
    return filtered.refusal().isPresent()
        ? filtered
        : rules.withPassword(filtered, spec.password(), where);
  }

  static NextHopMode nextHop(BgpPeer.Spec spec, PeerConfig peer) {
    return switch (spec.nextHopMode()) {
      case "Self" -> NextHopMode.SELF;
      case "Keep" -> NextHopMode.KEEP;
      default ->
          spec.keepOriginalNextHop() && !peer.isInternal() ? NextHopMode.KEEP : NextHopMode.AUTO;
    };
  }
}
